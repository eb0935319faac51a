/**
 * The engine, in rooms: each package below this one has one purpose and imports only from the levels below its own. The rooms are not
 * exported, and reached only through {@link io.parley.PeerBuilder#open()}. The map of them is {@code docs/architecture.md}.
 */
package io.parley.internal;
