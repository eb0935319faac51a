/** What a peer tells of its own traffic. */
package io.parley.observe;
