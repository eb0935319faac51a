/** Payloads as JSON, by Jackson. The only package that knows Jackson. */
package io.parley.codec.jackson;
