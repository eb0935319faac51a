/** Channels: what a service reads or publishes, and of which type. */
package io.parley.channel;
