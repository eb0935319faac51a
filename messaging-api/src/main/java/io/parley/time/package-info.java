/** Deadlines and the source of time they are measured by. The lowest level: it knows nothing of messages. */
package io.parley.time;
