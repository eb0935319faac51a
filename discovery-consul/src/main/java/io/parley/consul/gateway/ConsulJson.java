package io.parley.consul.gateway;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Consul's JSON, and the one class here that knows Jackson. Thread-safe. */
final class ConsulJson {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int MOST_BROKEN = 10;

    private ConsulJson() {}

    static byte[] registration(Registration registration, boolean isPassing) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("ID", registration.id());
        json.put("Name", registration.name());
        json.put("Address", registration.address());
        json.put("Port", registration.port());
        ArrayNode tags = json.putArray("Tags");
        registration.tags().forEach(tags::add);
        ObjectNode meta = json.putObject("Meta");
        registration.meta().forEach(meta::put);
        ObjectNode check = json.putObject("Check");
        check.put("CheckID", registration.checkId());
        check.put("Name", "Parley peer");
        check.put("Notes", "The peer renews this while its I/O answers.");
        check.put("TTL", registration.ttl().toMillis() + "ms");
        check.put("Status", isPassing ? "passing" : "critical");
        check.put("DeregisterCriticalServiceAfter", registration.removeAfter().toSeconds() + "s");
        return MAPPER.writeValueAsBytes(json);
    }

    /** The body by which a check is renewed or failed. */
    static byte[] checkUpdate(boolean isPassing, String output) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("Status", isPassing ? "passing" : "critical");
        json.put("Output", output);
        return MAPPER.writeValueAsBytes(json);
    }

    /**
     * Reads the entries of an answer about health into {@code entries}, and remarks on those that are none into {@code broken}.
     *
     * @throws IllegalArgumentException if it is no such answer at all
     */
    static void readEntries(byte[] body, List<CatalogEntry> entries, List<String> broken) {
        JsonNode json = read(body);
        if (!json.isArray()) {
            throw new IllegalArgumentException("expected an array");
        }
        for (JsonNode element : json) {
            try {
                entries.add(entry(element));
            } catch (IllegalArgumentException e) {
                if (broken.size() < MOST_BROKEN) {
                    broken.add(String.valueOf(e.getMessage()));
                }
            }
        }
    }

    /**
     * Reads the services of a catalog, with their tags.
     *
     * @throws IllegalArgumentException if it is no such answer
     */
    static SortedMap<String, List<String>> readServices(byte[] body) {
        JsonNode json = read(body);
        if (!json.isObject()) {
            throw new IllegalArgumentException("expected an object");
        }
        var services = new TreeMap<String, List<String>>();
        for (Map.Entry<String, JsonNode> service : json.properties()) {
            services.put(service.getKey(), texts(service.getValue()));
        }
        return services;
    }

    /** @throws IllegalArgumentException if it is not the description of a service instance */
    static String readId(byte[] body) {
        return text(read(body), "ID");
    }

    private static CatalogEntry entry(JsonNode element) {
        JsonNode service = element.path("Service");
        String id = text(service, "ID");
        JsonNode port = service.path("Port");
        if (!port.isMissingNode() && (!port.isInt() || port.intValue() < 0 || port.intValue() > 65535)) {
            throw new IllegalArgumentException("\"" + id + "\" has no port that there can be");
        }
        String own = optional(service, "Address");
        return new CatalogEntry(
                id,
                text(service, "Service"),
                own.isEmpty() ? optional(element.path("Node"), "Address") : own,
                port.isMissingNode() ? 0 : port.intValue(),
                texts(service.path("Tags")),
                pairs(service.path("Meta")));
    }

    private static Map<String, String> pairs(JsonNode json) {
        var pairs = new LinkedHashMap<String, String>();
        for (Map.Entry<String, JsonNode> pair : json.properties()) {
            if (pair.getValue().isString()) {
                pairs.put(pair.getKey(), pair.getValue().stringValue());
            }
        }
        return pairs;
    }

    private static List<String> texts(JsonNode json) {
        var texts = new ArrayList<String>();
        for (Iterator<JsonNode> each = json.iterator(); each.hasNext(); ) {
            JsonNode text = each.next();
            if (text.isString()) {
                texts.add(text.stringValue());
            }
        }
        return texts;
    }

    private static String text(JsonNode json, String field) {
        String text = optional(json, field);
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an entry has no \"" + field + '"');
        }
        return text;
    }

    private static String optional(JsonNode json, String field) {
        @Nullable JsonNode value = json.get(field);
        return value != null && value.isString() ? value.stringValue() : "";
    }

    private static JsonNode read(byte[] body) {
        try {
            JsonNode json = MAPPER.readTree(body);
            return json;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }
}
