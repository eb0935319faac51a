/** What a peer keeps of its own traffic, and how that is written down. It knows nothing of the rest of the engine. */
package io.parley.internal.recorder;
