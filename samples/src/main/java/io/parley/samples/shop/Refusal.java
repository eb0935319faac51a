package io.parley.samples.shop;

import io.parley.failure.HandlerFault;

/** Why an order is refused. The codes are part of the contract: customers act upon them. Immutable. */
public enum Refusal {
    /** The id or the customer is missing. */
    INCOMPLETE("incomplete"),
    /** The id is not such as events and messages can carry. */
    BAD_ID("bad-id"),
    UNKNOWN_PRODUCT("unknown-product"),
    /** Less than 1 or more than {@value Catalogue#MOST}. */
    BAD_QUANTITY("bad-quantity"),
    PAYMENT_DECLINED("payment-declined"),
    /** Payment or warehouse cannot be reached. */
    UNAVAILABLE("unavailable");

    private final String code;

    Refusal(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    /** What a handler throws to refuse. */
    public HandlerFault because(String text) {
        return new HandlerFault(code, text);
    }
}
