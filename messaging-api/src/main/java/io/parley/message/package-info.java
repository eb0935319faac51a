/** Messages: a document, a command or an event, each of them headers and a payload. */
package io.parley.message;
