/** The wire protocol, as {@code docs/wire-protocol.md} describes it: octets to values and back. */
package io.parley.internal.wire;
