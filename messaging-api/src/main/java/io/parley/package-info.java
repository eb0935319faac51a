/** Messaging between peers, with no broker in the middle. */
package io.parley;
