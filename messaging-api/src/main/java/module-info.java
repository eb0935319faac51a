/** Messaging between peers, with no broker in the middle. */
@org.jspecify.annotations.NullMarked
module io.parley {
    requires static org.jspecify;
    requires tools.jackson.databind;
}
