package io.parley.console.observe;

import io.parley.Peer;
import io.parley.console.flow.Flow;
import io.parley.console.json.Json;
import io.parley.console.observe.ObservedPeer.Status;
import io.parley.observe.ReservedChannels;
import io.parley.observe.ReservedChannels.Explain;
import io.parley.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Asks all peers about a message or a conversation; and then about the conversations that show up in their answers. One question, then it
 * is done. Thread-safe.
 */
final class Inquiry {

    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** A message leads to its conversation; that is all there is in most cases. */
    private static final int MOST_ROUNDS = 3;

    private static final int MOST_CONVERSATIONS = 20;

    private final Peer peer;
    private final TimeSource time;
    private final Collection<ObservedPeer> peers;
    /** Guarded by this object, as are those that follow. */
    private final List<Answer> answers = new ArrayList<>();

    private final Set<String> silent = new TreeSet<>();
    private final Set<String> asked = new HashSet<>();

    Inquiry(Peer peer, TimeSource time, Collection<ObservedPeer> peers) {
        this.peer = peer;
        this.time = time;
        this.peers = peers.stream()
                .filter(known -> !known.status().isOver() && known.status() != Status.OPAQUE)
                .toList();
    }

    CompletableFuture<Story> explain(String id) {
        asked.add(id);
        return ask(Set.of(id), MOST_ROUNDS).thenApply(done -> {
            synchronized (this) {
                return new Storyteller(id, List.copyOf(answers)).tell(silent);
            }
        });
    }

    private CompletableFuture<Void> ask(Set<String> ids, int rounds) {
        var questions = new ArrayList<CompletableFuture<Void>>();
        for (ObservedPeer of : peers) {
            ids.forEach(id -> questions.add(ask(of, id)));
        }
        return CompletableFuture.allOf(questions.toArray(CompletableFuture[]::new))
                .thenCompose(done -> {
                    Set<String> more = rounds > 1 ? unasked() : Set.of();
                    return more.isEmpty() ? CompletableFuture.completedFuture(null) : ask(more, rounds - 1);
                });
    }

    private synchronized Set<String> unasked() {
        var more = new TreeSet<String>();
        for (Answer answer : answers) {
            for (Flow flow : answer.flows()) {
                if (!flow.correlationId().isEmpty()
                        && asked.size() < MOST_CONVERSATIONS
                        && asked.add(flow.correlationId())) {
                    more.add(flow.correlationId());
                }
            }
        }
        return more;
    }

    private CompletableFuture<Void> ask(ObservedPeer of, String id) {
        Instant askedAt = time.wallClock();
        return peer.requestorTo(
                        of.instance(), ReservedChannels.explain(of.instance().service()))
                .requestAsync(new Explain(id), LIMIT)
                .handle((json, failure) -> {
                    take(of, json == null ? Optional.empty() : read(json, askedAt));
                    return null;
                });
    }

    private Optional<Answer> read(byte[] json, Instant askedAt) {
        Map<String, Object> fields =
                Json.read(new String(json, StandardCharsets.UTF_8)).orElse(Map.of());
        return Answer.of(fields, askedAt, time.wallClock());
    }

    private synchronized void take(ObservedPeer of, Optional<Answer> answer) {
        if (answer.isPresent()) {
            answers.add(answer.get());
        } else {
            silent.add(of.label());
        }
    }
}
