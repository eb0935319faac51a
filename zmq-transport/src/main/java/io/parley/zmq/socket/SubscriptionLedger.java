package io.parley.zmq.socket;

import io.parley.transport.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps account of what each connection has subscribed to, and pays for it. JeroMQ's trie takes a node for each octet of a prefix and
 * knows no bound.
 *
 * <p>Confined to the I/O loop's thread.
 */
final class SubscriptionLedger {

    /** A node of JeroMQ's trie and its table of one. */
    private static final int OCTET_COST = 64;

    /** One table of the trie that grows to its full width, the set at the last node, and the entries here and in the socket. */
    private static final int PREFIX_COST = 1536;

    private final MemoryBudget budget;

    /** What one connection has subscribed to. */
    static final class Account {

        private final Set<ByteBuffer> prefixes = new HashSet<>(0);
        private long cost;
    }

    SubscriptionLedger(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Enters a subscription and pays for it. No connection may take more than it leaves to the others.
     *
     * @return false if there is no room for it
     */
    boolean enter(Account account, byte[] prefix) {
        ByteBuffer key = ByteBuffer.wrap(prefix);
        if (account.prefixes.contains(key)) {
            return true;
        }
        long cost = costOf(prefix);
        if (account.cost + cost > budget.available() || !budget.tryReserve(cost)) {
            return false;
        }
        account.prefixes.add(key);
        account.cost += cost;
        return true;
    }

    /** Returns whether {@code prefix} was subscribed to, and is not any more. */
    boolean remove(Account account, byte[] prefix) {
        if (!account.prefixes.remove(ByteBuffer.wrap(prefix))) {
            return false;
        }
        long cost = costOf(prefix);
        account.cost -= cost;
        budget.release(cost);
        return true;
    }

    /** Gives back what {@code account} has paid: its connection is gone. */
    void close(Account account) {
        budget.release(account.cost);
        account.cost = 0;
        account.prefixes.clear();
    }

    /** What {@code account} holds and what is left, for people. */
    String describe(Account account) {
        return account.prefixes.size() + " subscriptions that take " + account.cost + " bytes, with "
                + budget.available() + " left";
    }

    private static long costOf(byte[] prefix) {
        return PREFIX_COST + (long) OCTET_COST * prefix.length;
    }
}
