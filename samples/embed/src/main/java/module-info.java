/** A shop's customer service. Without modules, leave this file out; nothing else changes. */
module com.example.shop {
    requires io.parley;
    requires io.parley.zmq;

    // So that the records can be read from JSON and written to it.
    opens com.example.shop to
            tools.jackson.databind;
}
