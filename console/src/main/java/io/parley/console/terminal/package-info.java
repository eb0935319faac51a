/** The user's end: where a command writes, how it writes, and how it learns that it should end. */
package io.parley.console.terminal;
