/** Extension point: payloads to bytes and back. */
package io.parley.codec;
