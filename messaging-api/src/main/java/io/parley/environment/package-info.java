/** The one place through which time, randomness and threads reach the engine. */
package io.parley.environment;
