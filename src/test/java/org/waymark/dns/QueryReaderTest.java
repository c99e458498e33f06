package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.dns.Messages.bytes;
import static org.waymark.dns.Messages.opt;
import static org.waymark.dns.Messages.queryWithEdns;
import static org.waymark.dns.Messages.question;
import static org.waymark.dns.Messages.raw;
import static org.waymark.dns.Messages.record;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryReaderTest {
    private static final int OFFSET = 7;
    private static final String LABEL_63 = "x".repeat(63);

    private final QueryReader reader = new QueryReader();
    private WireMessage read;

    @Test
    void letsWellFormedMessagesOfEveryKindThrough() throws Exception {
        for (byte[] message : Messages.samples()) {
            assertEquals(MessageForm.WELL_FORMED, read(message), () -> Arrays.toString(message));
            assertEquals(Messages.EXAMPLE_END, read.questionEnd());
        }
    }

    @Test
    void neitherUsesNorMovesPositionAndLimit() {
        WireMessage message = Messages.embed(Messages.query().toWire(), OFFSET);
        ByteBuffer buffer = message.buffer();
        reader.read(message);
        assertEquals(3, buffer.position());
        assertEquals(buffer.capacity(), buffer.limit());
    }

    @Test
    void isSilentTowardsAnswersAndWhatIsShorterThanAHeader() {
        byte[] query = Messages.query().toWire();
        for (int length = 0; length < Header.LENGTH; length++) {
            assertEquals(MessageForm.SILENCE, read(Arrays.copyOf(query, length)));
        }
        query[2] |= (byte) 0x80;
        assertEquals(MessageForm.SILENCE, read(query));
        assertEquals(Header.LENGTH, read.questionEnd());
    }

    @Test
    void forgetsTheMessageBefore() {
        read(queryWithEdns(4096, 1));
        read(bytes(1, 2, 3));
        assertEquals(Header.LENGTH, read.questionEnd());
        assertFalse(reader.hasEdns());
        assertEquals(0, reader.ednsVersion());
        assertEquals(512, reader.payloadSize());
        assertEquals("(no question)", Question.of(read).toString());
    }

    @Test
    void readsOnlyTheHeaderOfOtherOpcodes() {
        byte[] message = raw(65535, 65535, 65535, 65535, bytes("nonsense"));
        message[2] = 15 << 3;
        assertEquals(MessageForm.WELL_FORMED, read(message));
        assertEquals(Header.LENGTH, read.questionEnd());
    }

    @Test
    void takesOneQuestionOrNoneInAQuery() {
        assertEquals(MessageForm.WELL_FORMED, read(raw(0, 0, 0, 0)));
        assertEquals(MessageForm.WELL_FORMED, read(raw(0, 0, 0, 1, opt())));
        assertEquals(Header.LENGTH, read.questionEnd());
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(2, 0, 0, 0, question("a", 0), question("b", 0))));
        assertEquals(Header.LENGTH, read.questionEnd());
    }

    @Test
    void takesSeveralQuestionsInANotifyAndTheirCompression() {
        byte[] notify = raw(2, 0, 0, 0, question("a", 0), question("b", 0xc0, 12));
        notify[2] = Header.OPCODE_NOTIFY << 3;
        assertEquals(MessageForm.WELL_FORMED, read(notify));
        assertEquals(notify.length, read.questionEnd());
    }

    @Test
    void letsTrailingBytesThrough() {
        assertEquals(MessageForm.WELL_FORMED, read(raw(1, 0, 0, 0, question("a", 0), bytes(1, 2, 3))));
        assertEquals(Header.LENGTH + 7, read.questionEnd());
    }

    @Test
    void takesNamesOf255BytesAndNotOf256() {
        byte[] longest = bytes(LABEL_63, LABEL_63, LABEL_63, "y".repeat(61), 0);
        assertEquals(255, longest.length);
        assertEquals(MessageForm.WELL_FORMED, read(raw(1, 0, 0, 0, longest, bytes(0, 1, 0, 1))));
        byte[] tooLong = question(LABEL_63, LABEL_63, LABEL_63, "y".repeat(62), 0);
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 0, 0, 0, tooLong)));
    }

    @Test
    void measuresNamesAcrossPointers() {
        byte[] question = question(LABEL_63, LABEL_63, LABEL_63, 0);
        byte[] fits = record("y".repeat(61), 0xc0, 12);
        byte[] tooLong = record("y".repeat(62), 0xc0, 12);
        assertEquals(MessageForm.WELL_FORMED, read(raw(1, 1, 0, 0, question, fits)));
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 1, 0, 0, question, tooLong)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x7f, 0x80, 0xbf})
    void refusesOtherLabelTypes(int type) {
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 0, 0, 0, question(type, 0, 0, 0, 0))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 11, 12, 13, 14, 19, 23, 60})
    void takesNoPointerInTheFirstQuestion(int target) {
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 0, 0, 0, question("a", 0xc0, target))));
    }

    @ParameterizedTest
    @CsvSource({"12, WELL_FORMED", "14, WELL_FORMED", "11, FORMAT_ERROR", "19, FORMAT_ERROR", "21, FORMAT_ERROR"})
    void takesPointersThatLeadBackwardsOnly(int target, MessageForm verdict) {
        // The record starts at 19 and its pointer is at 21: a loop over its own label and a pointer to itself must both
        // fail.
        assertEquals(verdict, read(raw(1, 1, 0, 0, question("a", 0), record("b", 0xc0, target))));
    }

    @Test
    void refusesPointersOutOfTheMessageAndCutOnes() {
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 1, 0, 0, question("a", 0), record(0xff, 0xff))));
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 1, 0, 0, question("a", 0), bytes(0xc0))));
    }

    @Test
    void refusesTwoNamesThatPointAtEachOther() {
        byte[] first = record("b", 0xc0, 31);
        byte[] second = record("c", 0xc0, 19);
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 2, 0, 0, question("a", 0), first, second)));
    }

    @Test
    void refusesCountsThatLie() {
        byte[] question = question("a", 0);
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 65535, 0, 0, question)));
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 0, 65535, 0, question)));
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 0, 0, 65535, question, opt())));
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(65535, 0, 0, 0, question)));
    }

    @ParameterizedTest
    @CsvSource({"126, WELL_FORMED", "127, FORMAT_ERROR"})
    void followsNoMorePointersThanANameCouldNeed(int rungs, MessageForm verdict) {
        assertEquals(verdict, read(ladder(rungs, 1)));
    }

    @Test
    void isSoonDoneWithTheWorstOfMessages() {
        byte[] worst = ladder(126, 5000);
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long before = clock.getCurrentThreadCpuTime();
        // This takes about 30 ms. A reader that reads the same bytes again and again would take minutes.
        for (int i = 0; i < 3; i++) {
            assertEquals(MessageForm.WELL_FORMED, read(worst));
        }
        long took = clock.getCurrentThreadCpuTime() - before;
        assertTrue(took < Duration.ofSeconds(1).toNanos(), took + " ns of processor time");
    }

    /** Records whose owners all follow a chain of pointers in the first record's data, each of which leads to the one before. */
    private static byte[] ladder(int rungs, int records) {
        int bottom = Header.LENGTH + 5 + 11;
        ByteBuffer message = ByteBuffer.allocate(5 + 11 + 2 * rungs + 12 * records);
        message.put(question(0)).put(bytes(0, 0, 16, 0, 1, 0, 0, 0, 0)).putShort((short) (2 * rungs));
        for (int rung = 0; rung < rungs; rung++) {
            int target = rung == 0 ? Header.LENGTH : bottom + 2 * (rung - 1);
            message.putShort((short) (0xc000 | target));
        }
        int top = bottom + 2 * (rungs - 1);
        for (int i = 0; i < records; i++) {
            message.put(record(0xc0 | top >> 8, top & 0xff));
        }
        return raw(1, 1 + records, 0, 0, message.array());
    }

    @Test
    void refusesDataThatReachesPastTheEnd() {
        byte[] record = record("b", 0);
        record[record.length - 1] = 1;
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(1, 1, 0, 0, question("a", 0), record)));
    }

    @Test
    void neverInterpretsTheDataOfARecord() {
        byte[] loopInACname = Messages.join(bytes(0, 0, 5, 0, 1, 0, 0, 0, 0, 0, 2), bytes(0xc0, 30));
        assertEquals(MessageForm.WELL_FORMED, read(raw(1, 1, 0, 0, question("a", 0), loopInACname)));
    }

    @Test
    void readsEdns() {
        assertEquals(MessageForm.WELL_FORMED, read(queryWithEdns(4096, 7)));
        assertTrue(reader.hasEdns());
        assertTrue(reader.isDnssecOk());
        assertEquals(7, reader.ednsVersion());
        assertEquals(4096, reader.payloadSize());
    }

    @Test
    void countsPayloadSizesBelow512As512() {
        read(queryWithEdns(511, 0));
        assertEquals(512, reader.payloadSize());
        read(queryWithEdns(65535, 0));
        assertEquals(65535, reader.payloadSize());
        read(Messages.query().toWire());
        assertEquals(512, reader.payloadSize());
    }

    @Test
    void refusesTwoOpts() {
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(0, 0, 0, 2, opt(), opt())));
        assertEquals(MessageForm.WELL_FORMED, read(raw(0, 0, 0, 2, opt(), record("a", 0))));
    }

    @Test
    void refusesAnOptOutsideTheAdditionalSectionOrWithAnotherOwnerThanTheRoot() {
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(0, 1, 0, 0, opt())));
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(0, 0, 1, 0, opt())));
        byte[] owned = bytes("a", 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0);
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(0, 0, 0, 1, owned)));
        assertFalse(reader.hasEdns());
    }

    @Test
    void refusesOptionsThatDoNotFillTheirRecord() {
        assertEquals(MessageForm.WELL_FORMED, read(raw(0, 0, 0, 1, opt(0, 3, 0, 0, 0, 10, 0, 1, 9))));
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(0, 0, 0, 1, opt(0, 3, 0))));
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(0, 0, 0, 1, opt(0, 3, 0, 1))));
        assertEquals(MessageForm.FORMAT_ERROR, read(raw(0, 0, 0, 1, opt(0, 3, 0, 0, 0))));
        assertFalse(reader.hasEdns());
    }

    @Test
    void describesTheQuestionForPeople() {
        assertEquals("wWw.ExAmPlE.com. A", describe(Messages.query().toWire()));
        assertEquals("version.bind. CH TXT", describe(raw(1, 0, 0, 0, bytes("version", "bind", 0, 0, 16, 0, 3))));
        assertEquals(". TYPE65280", describe(raw(1, 0, 0, 0, bytes(0, 0xff, 0, 0, 1))));
        assertEquals(". CLASS0 TYPE0", describe(raw(1, 0, 0, 0, bytes(0, 0, 0, 0, 0))));
    }

    @Test
    void escapesWhatDoesNotPrintInANameThatItDescribes() {
        read(raw(1, 0, 0, 0, question("\0\n\u00ff .", "b", 0)));
        assertEquals("\\000\\010\\255\\032\\..b. A", Question.of(read).toString());
    }

    private String describe(byte[] query) {
        read(query);
        return Question.of(read).toString();
    }

    private MessageForm read(byte[] message) {
        read = Messages.embed(message, OFFSET);
        return reader.read(read);
    }
}
