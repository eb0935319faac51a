/** The peers of a small shop. */
package io.parley.samples;
