package io.parley.console;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/** Asks a name server of this machine for the addresses of a host. Stateless. */
final class Dns {

    private static final int ADDRESS = 1;
    private static final int INTERNET = 1;

    private Dns() {}

    static Set<String> addresses(int server, String host) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var question = new DataOutputStream(bytes);
        for (int word : new int[] {1, 0x0100, 1, 0, 0, 0}) {
            question.writeShort(word);
        }
        for (String label : host.split("\\.")) {
            question.writeByte(label.length());
            question.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        question.writeByte(0);
        question.writeShort(ADDRESS);
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

    private static Set<String> read(ByteBuffer answer, int questionEnd) throws IOException {
        int count = answer.getShort(6);
        answer.position(questionEnd);
        var addresses = new TreeSet<String>();
        for (int i = 0; i < count; i++) {
            skipName(answer);
            int type = answer.getShort();
            // After class and time to live.
            answer.position(answer.position() + 6);
            var data = new byte[answer.getShort() & 0xFFFF];
            answer.get(data);
            if (type == ADDRESS) {
                addresses.add(InetAddress.getByAddress(data).getHostAddress());
            }
        }
        return addresses;
    }

    private static void skipName(ByteBuffer answer) {
        for (int length = answer.get() & 0xFF; length != 0; length = answer.get() & 0xFF) {
            if (length >= 0xC0) {
                answer.get();
                return;
            }
            answer.position(answer.position() + length);
        }
    }
}
