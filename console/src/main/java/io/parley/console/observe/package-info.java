/** Looks at all peers of a mesh at once: who is there, what flows, and the story of a message. */
package io.parley.console.observe;
