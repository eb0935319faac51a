/** Payloads as JSON, by Jackson. The only package that knows more of Jackson than its tokens. */
package io.parley.codec.jackson;
