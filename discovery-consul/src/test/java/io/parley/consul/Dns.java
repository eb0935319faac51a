package io.parley.consul;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Asks a name server of this machine for SRV records, as {@code dig} does. Stateless. */
final class Dns {

    private static final int SRV = 33;
    private static final int INTERNET = 1;

    private Dns() {}

    /** The ports in the answer. */
    static List<Integer> ports(int server, String name) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var question = new DataOutputStream(bytes);
        for (int word : new int[] {4711, 0x0100, 1, 0, 0, 0}) {
            question.writeShort(word);
        }
        for (String label : name.split("\\.")) {
            question.writeByte(label.length());
            question.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        question.writeByte(0);
        question.writeShort(SRV);
        question.writeShort(INTERNET);
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(10_000);
            socket.connect(InetAddress.getByName("127.0.0.1"), server);
            socket.send(new DatagramPacket(bytes.toByteArray(), bytes.size()));
            var packet = new DatagramPacket(new byte[1500], 1500);
            socket.receive(packet);
            return read(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()), bytes.size());
        }
    }

    private static List<Integer> read(ByteBuffer answer, int questionEnd) {
        int count = answer.getShort(6);
        answer.position(questionEnd);
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            skipName(answer);
            int type = answer.getShort();
            // Class and time to live.
            answer.position(answer.position() + 6);
            int length = answer.getShort() & 0xffff;
            int start = answer.position();
            if (type == SRV) {
                // After priority and weight.
                ports.add(answer.getShort(start + 4) & 0xffff);
            }
            answer.position(start + length);
        }
        return ports;
    }

    private static void skipName(ByteBuffer answer) {
        for (int length = answer.get() & 0xff; length != 0; length = answer.get() & 0xff) {
            if (length >= 0xc0) {
                answer.get();
                return;
            }
            answer.position(answer.position() + length);
        }
    }
}
