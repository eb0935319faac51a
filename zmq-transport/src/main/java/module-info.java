/** Carries messages over ZeroMQ sockets. */
@org.jspecify.annotations.NullMarked
module io.parley.zmq {
    requires static transitive org.jspecify;
    requires transitive io.parley;
    requires org.zeromq.jeromq;

    exports io.parley.zmq;
}
