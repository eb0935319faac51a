/** Discovery among peers on one machine, through lease files in a directory; {@code docs/local-directory.md} is its specification. */
package io.parley.discovery.local;
