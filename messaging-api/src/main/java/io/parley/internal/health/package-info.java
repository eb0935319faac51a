/**
 * Judges the instances of a service by what this peer sees of them, and tidies what the registry says. {@link
 * InstanceHealth} counts time-outs and lost links of one instance, {@link OutlierEjection} has those avoided that
 * fail, for a while and never more than half of them, and {@link EjectionState} is that as people see it: open,
 * half-open, closed. {@link DuplicateInstances} chooses among entries that claim to be one instance. {@link
 * GracePeriod} keeps what works when the registry has lost it. {@link UnusableInstances} leaves out entries that
 * nobody could use, {@link RedialPauses} says when to dial again.
 *
 * <p><b>In:</b> snapshots of the registry; answers, time-outs and ends of links.
 *
 * <p><b>Out:</b> which instances are used, dialled or avoided, for the room {@code route}; and reports of what is
 * wrong with the registry.
 *
 * <p><b>Threads:</b> confined to the I/O context, except that {@link InstanceHealth} counts answers and time-outs from
 * any thread.
 *
 * <p><b>Why the registry is not simply believed:</b> it may be late, away, or have two entries for one process. A link
 * that works proves more than an entry that is missing, so links are kept for a grace period (ADR 0018), and of two
 * entries with one incarnation the one that answers is right (ADR 0041).
 *
 * <p><b>Why an answer costs one look:</b> trial and time-outs are one number, which is 0 while all is well. Answers
 * come too often for more.
 */
package io.parley.internal.health;
