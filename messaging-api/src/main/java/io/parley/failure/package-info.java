/** Failures, by the one question a caller has: may I retry? */
package io.parley.failure;
