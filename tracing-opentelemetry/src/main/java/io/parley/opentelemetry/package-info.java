/** Spans of what flows through a peer, for OpenTelemetry. */
package io.parley.opentelemetry;
