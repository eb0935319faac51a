/** The demo: the shop in processes of their own, what flows between them, and whether it adds up. */
package io.parley.console.demo;
