package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page's own scripts, as they are served: names and texts from the mesh cannot become HTML or code. */
class PageScriptsTest {

    private static final Pattern IMPORTED = Pattern.compile("[\"'](?:\\./|/scripts/)([a-z-]+\\.js)[\"']");

    /** Everything that makes HTML or code of a text. */
    private static final Pattern MAKES_HTML_OR_CODE = Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML"
            + "|document\\.write|createContextualFragment|DOMParser|setHTML|srcdoc|javascript:|\\beval\\b"
            + "|new\\s+Function|set(?:Timeout|Interval)\\(\\s*[\"'`]");

    @Test
    void noScriptMakesHtmlOrCodeOfText() throws Exception {
        var scripts = new TreeMap<String, String>();
        try (var mesh = new MadeUpMesh(4, 2, 1);
                PageHost host = PageHost.open(
                        new PageHost.Settings(InetAddress.getLoopbackAddress(), 0, false, Optional.empty(), Set.of()),
                        mesh,
                        new NoTrials())) {
            HttpClient http = HttpClient.newHttpClient();
            var names = new ArrayDeque<String>(Set.of("page.js"));
            while (!names.isEmpty()) {
                String name = names.remove();
                if (scripts.containsKey(name)) {
                    continue;
                }
                HttpResponse<String> script = http.send(
                        HttpRequest.newBuilder(URI.create(host.address() + "scripts/" + name))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(script.statusCode()).as(name).isEqualTo(200);
                scripts.put(name, script.body());
                IMPORTED.matcher(script.body()).results().forEach(found -> names.add(found.group(1)));
            }
        }
        assertThat(scripts)
                .hasSizeGreaterThan(10)
                .containsKeys("dom.js", "mesh-view.js", "messages-view.js", "story-view.js");
        assertThat(scripts)
                .allSatisfy((name, script) -> assertThat(script).as(name).doesNotContainPattern(MAKES_HTML_OR_CODE));
    }
}
