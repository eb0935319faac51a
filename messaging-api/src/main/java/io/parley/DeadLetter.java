package io.parley;

import io.parley.channel.ChannelName;
import io.parley.channel.Style;
import io.parley.message.Headers;

/**
 * A message that failed with nobody waiting for its outcome. Immutable, but for the arrays in it.
 *
 * @param headers as far as they could be told
 * @param payload its bytes; empty where they are not at hand any more, as for a one-way message that its receiver refused
 * @param cause what went wrong
 */
public record DeadLetter(ChannelName channel, Style style, Headers headers, byte[] payload, Exception cause) {}
