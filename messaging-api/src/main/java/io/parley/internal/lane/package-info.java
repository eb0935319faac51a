/**
 * Queues tasks in front of handlers, and batches what follows from them. {@link Lane} is a bounded queue with a bound
 * on the threads that work on it; {@link TaskBatch} gathers the tasks of one frame; {@link CompletionBatch} gathers
 * what one thread is done with; {@link DeadlineSweep} looks at deadlines while anything waits.
 *
 * <p><b>In:</b> tasks from the I/O context, all those of a frame at once.
 *
 * <p><b>Out:</b> tasks, run on the pool's threads; and completions, reported to a {@link CreditReturn}, which is the
 * link that the message came by.
 *
 * <p><b>Threads:</b> {@link Lane} is thread-safe. {@link TaskBatch} is confined to the I/O context, and each thread
 * has a {@link CompletionBatch} of its own.
 *
 * <p><b>Why a lane does not wake a thread for each task:</b> to wake a thread takes about 30 µs, which is longer than
 * most handlers run. A lane measures how long its tasks take, and calls a further thread only if tasks would otherwise
 * wait longer than 200 µs. As any task may block without warning, the lane looks again after 2 ms (ADR 0015).
 *
 * <p><b>Why completions are batched:</b> to report each message would cost a quick handler more than its work. The
 * batch keeps the numbers of one-way messages as ranges ({@link NumberRanges}), as the sender has to know exactly
 * which ones are finished (ADR 0038). A batch stays so small that the sender does not lack the credit.
 *
 * <p><b>Why tasks throw through the lane:</b> what a task throws is the pool's to report; the lane has another thread
 * go on first.
 */
package io.parley.internal.lane;
