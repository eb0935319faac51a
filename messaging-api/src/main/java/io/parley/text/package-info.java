/** Text from other peers, made fit for people to read. */
package io.parley.text;
