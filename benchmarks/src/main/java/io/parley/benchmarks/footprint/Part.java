package io.parley.benchmarks.footprint;

import io.parley.benchmarks.lab.Answer;

/** What a measured process plays. Called by one thread. */
interface Part {

    /**
     * Does as it is told and answers, with a word that is the command's first.
     *
     * @throws IllegalArgumentException if it knows no such command
     */
    Answer answer(String[] command) throws Exception;
}
