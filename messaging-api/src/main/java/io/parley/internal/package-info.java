/** The engine. Not exported; reached only through {@link io.parley.PeerBuilder#open()}. */
package io.parley.internal;
