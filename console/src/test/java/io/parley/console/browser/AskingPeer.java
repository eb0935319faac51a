package io.parley.console.browser;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.failure.MessagingException;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.zmq.ZmqTransport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A peer that asks, in a process that can be killed once it has been answered. */
final class AskingPeer {

    /** {@link GoneAskerIT#ADVICE}, asked in bytes that may be no JSON. */
    private static final RequestChannel<byte[], String> ADVICE = PointToPointChannel.of(
                    GoneAskerIT.ADVICE.name().toString(), byte[].class)
            .withReply(String.class);

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private AskingPeer() {}

    /** @param arguments the directory of the mesh, and the instance's name */
    public static void main(String[] arguments) throws Exception {
        try (Peer peer = Peer.named("asking")
                .instance(arguments[1])
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(Path.of(arguments[0])))
                .open()) {
            ask(peer, "asked-well", "{\"name\":\"sense\"}");
            ask(peer, "asked-badly", "{\"name\":\"nonsense\"}");
            ask(peer, "asked-what-cannot-be-read", "{{{");
            survey(peer);
            System.out.println("answered");
            // Whoever started it ends it, or ends.
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }

    private static void ask(Peer peer, String conversation, String json) {
        Headers headers = Headers.builder()
                .correlationId(conversation)
                .contentType("application/json")
                .messageType("Matter")
                .build();
        var question =
                Message.command("ask", json.getBytes(StandardCharsets.UTF_8)).withHeaders(headers);
        try {
            peer.requestor(ADVICE).request(question);
        } catch (MessagingException e) {
            System.err.println(conversation + ": " + e.getMessage());
        }
    }

    /** Those who respond may not have subscribed yet: asks until both have. */
    private static void survey(Peer peer) throws InterruptedException {
        var surveyor = peer.surveyor(GoneAskerIT.OPINIONS);
        Headers headers = Headers.builder().correlationId("asked-all").build();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - end < 0) {
            try (var survey = surveyor.survey(Message.document("well?"), Duration.ofSeconds(1), 2)) {
                if (survey.await().size() == 2) {
                    break;
                }
            }
        }
        try (var survey = surveyor.survey(Message.document("well?").withHeaders(headers), LIMIT, 2)) {
            survey.await();
        }
    }
}
