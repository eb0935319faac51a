/** Extension point: what carries frames between peers. A transport knows bytes and addresses, nothing of envelopes. */
package io.parley.transport;
