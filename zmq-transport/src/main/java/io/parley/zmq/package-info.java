/** Carries messages over ZeroMQ sockets. */
package io.parley.zmq;
