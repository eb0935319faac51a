package io.parley.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberRangesTest {

    private final NumberRanges ranges = new NumberRanges();

    @Test
    void numbersAreTakenOutWhereverTheyStand() {
        var random = new Random(5);
        for (int round = 0; round < 2_000; round++) {
            var some = new NumberRanges();
            var numbers = new TreeSet<Long>();
            for (int i = 0; i < 8; i++) {
                long first = 10L * i + random.nextInt(4);
                int count = 1 + random.nextInt(6);
                some.add(first, count);
                LongStream.range(first, first + count).forEach(numbers::add);
            }
            long from = random.nextInt(90);
            long to = from + 1 + random.nextInt(40);
            Set<Long> gone = numbers.subSet(from, to);
            assertThat(some.removeAll(from, to)).isEqualTo(gone.size());
            gone.clear();
            assertThat(numbersOf(some)).containsExactlyElementsOf(numbers);
        }
    }

    private static List<Long> numbersOf(NumberRanges ranges) {
        var all = new ArrayList<Long>();
        for (int i = 0; i < ranges.size(); i++) {
            long first = ranges.firsts().get(i);
            LongStream.range(first, first + ranges.counts().get(i)).forEach(all::add);
        }
        return all;
    }

    @Test
    void numbersThatFollowEachOtherAreOneRange() {
        for (long number = 5; number < 10; number++) {
            ranges.add(number, 1);
        }
        assertThat(ranges.firsts()).containsExactly(5L);
        assertThat(ranges.counts()).containsExactly(5);
    }

    @Test
    void numbersOfThreadsThatTakeTurnsAreOneRange() {
        for (long number = 1; number < 100; number += 2) {
            ranges.add(number + 1, 1);
            ranges.add(number, 1);
            assertThat(ranges.size()).isEqualTo(1);
        }
        assertThat(ranges.counts()).containsExactly(100);
    }

    @Test
    void rangeBetweenTwoJoinsThem() {
        ranges.add(1, 3);
        ranges.add(7, 2);
        ranges.add(4, 3);
        assertThat(ranges.firsts()).containsExactly(1L);
        assertThat(ranges.counts()).containsExactly(8);
    }

    @Test
    void clearedSetIsEmpty() {
        ranges.add(1, 1);
        ranges.clear();
        assertThat(ranges.isEmpty()).isTrue();
        assertThat(ranges.firsts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyOrderGivesTheFewestRanges(long seed) {
        var random = new Random(seed);
        List<Long> numbers = new ArrayList<>();
        for (long number = 1; number <= 200; number++) {
            if (random.nextInt(4) > 0) {
                numbers.add(number);
            }
        }
        List<Long> inOrder = List.copyOf(numbers);
        Collections.shuffle(numbers, random);
        var others = new NumberRanges();
        numbers.forEach(number -> (random.nextBoolean() ? ranges : others).add(number, 1));
        ranges.addAll(others);

        List<Long> found = new ArrayList<>();
        List<Long> firsts = ranges.firsts();
        for (int i = 0; i < firsts.size(); i++) {
            for (int k = 0; k < ranges.counts().get(i); k++) {
                found.add(firsts.get(i) + k);
            }
            if (i > 0) {
                assertThat(firsts.get(i))
                        .isGreaterThan(firsts.get(i - 1) + ranges.counts().get(i - 1));
            }
        }
        assertThat(found).isEqualTo(inOrder);
    }
}
