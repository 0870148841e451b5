import type { Mutation, Witness } from './mutation.ts'

const inFile =
  (name: string) =>
  (title: string): Witness => ({ file: `test/${name}.test.ts`, title })
const queueTest = inFile('partition-queue')
const edgeTest = inFile('engine-edges')
const outcomeTest = inFile('outcomes.embedded')
const answerTest = inFile('outcome-table-answers.embedded')
const endTest = inFile('outcome-table-ends.embedded')
const idempotenceTest = inFile('idempotence')

const answers = 'src/engine/answers.ts'
const batch = 'src/engine/batch.ts'
const expiry = 'src/engine/expiry.ts'
const intake = 'src/engine/intake.ts'
const metadata = 'src/engine/metadata-store.ts'
const queue = 'src/engine/partition-queue.ts'
const sender = 'src/engine/sender.ts'

/** The engine's safety rules. Each is switched off by the smallest change that leaves everything else as it is. */
export const mutations: readonly Mutation[] = [
  {
    name: 'younger-batches-overtake',
    rule: 'While a batch must be written again, nothing younger is written.',
    file: queue,
    original: "if (this.unsettled.some((batch) => batch.state === 'retry')) {",
    replacement: "if (oldest.state === 'retry') {",
    witnesses: [queueTest('holds everything younger back')],
  },
  {
    name: 'numbering-survives-a-gap',
    rule: 'After a gap a partition goes on under a new numbering.',
    file: queue,
    original: '(this.owner === undefined || this.gap !== undefined)',
    replacement: 'this.owner === undefined',
    witnesses: [queueTest('numbers nothing after a gap')],
  },
  {
    name: 'rejection-leaves-a-gap',
    rule: 'A batch that a broker refused for good leaves no gap in the numbers of its partition.',
    file: answers,
    original: 'if (queue.owner !== undefined) queue.gap ??= name\n    const message',
    replacement: 'const message',
    witnesses: [edgeTest('leaves no gap in the numbers after a batch that was refused for good')],
  },
  {
    name: 'sizes-are-not-checked',
    rule: 'A record that is too large is refused before it has a number, and so leaves no gap.',
    file: intake,
    original: 'if (bytes > limit) {',
    replacement: 'if (bytes < 0) {',
    witnesses: [inFile('options.embedded')('maxRequestSize: bounds a record')],
  },
  {
    name: 'silence-is-success',
    rule: 'A batch of which an answer says nothing is not acknowledged.',
    file: sender,
    original: 'if (answer === undefined) unanswered.push(entry)',
    replacement: 'if (answer === undefined) this.#answers.onUnanswered(entry.queue, entry.batch)',
    witnesses: [edgeTest('takes an answer that leaves a partition out for no answer')],
  },
  {
    name: 'everybody-connects',
    rule: 'Connecting to an address is single-flight.',
    file: 'src/engine/broker-connections.ts',
    original: 'slot.opening ??=',
    replacement: 'slot.opening =',
    witnesses: [inFile('broker-connections')('opens one connection to an address')],
  },
  {
    name: 'sessions-run-out',
    rule: 'A connection is replaced before its session ends.',
    file: sender,
    original: 'if (link?.replaceAtMs === undefined || link.replaceAtMs > nowMs) return link',
    replacement: 'return link',
    witnesses: [edgeTest('goes on over another connection before a session ends')],
  },
  {
    name: 'sessions-are-cut',
    rule: 'A connection is replaced once what is under way on it is answered.',
    file: sender,
    original: 'if (leader.inFlight === 0) {',
    replacement: 'if (leader.inFlight >= 0) {',
    witnesses: [edgeTest('goes on over another connection before a session ends')],
  },
  {
    name: 'links-outlive-timeouts',
    rule: 'A timeout kills the Link, and all that is pending on it.',
    file: 'src/link/kafkajs-link.ts',
    original: "this.#connection.destroy(new LinkError('LINK_REQUEST_TIMEOUT', message, { sent: true }))",
    replacement:
      "if (this.#pending.delete(next)) next.reject(new LinkError('LINK_REQUEST_TIMEOUT', message, { sent: true }))",
    witnesses: [inFile('link/kafkajs-link')('dies of the first timeout')],
  },
  {
    name: 'anybody-may-wait',
    rule: 'The bytes of waiting sends are bounded.',
    file: 'src/engine/waiting-sends.ts',
    original: 'return this.waitingBytes + bytes <= this.#maxWaitingBytes',
    replacement: 'return true',
    witnesses: [inFile('waiting-sends')('bounds the bytes of those who wait')],
  },
  {
    name: 'firsts-have-company',
    rule: 'The first batch of a numbering travels alone until it is acknowledged.',
    file: queue,
    original: 'if (this.owner !== undefined && !this.#confirmed) return forEvent',
    replacement: '',
    witnesses: [inFile('order.embedded')('when the log knows nothing of the producer')],
  },
  {
    name: 'window-is-open',
    rule: 'No more batches are in flight than a broker can recognise.',
    file: queue,
    original: 'if (this.unsettled.length >= this.#options.maxInFlightRequestsPerConnection) return forEvent',
    replacement: '',
    witnesses: [queueTest('has as many batches in flight as the window allows')],
  },
  {
    name: 'leaders-share-batches',
    rule: 'While batches are in flight to one leader, none goes to another.',
    file: queue,
    original: 'return this.inFlightLeader !== undefined && this.inFlightLeader !== leader',
    replacement: 'return false',
    witnesses: [queueTest('writes nothing to another leader while a batch is in flight')],
  },
  {
    name: 'doubles-are-failures',
    rule: 'What the broker has already is delivered.',
    file: 'src/engine/produce-answer.ts',
    original: "DUPLICATE_SEQUENCE_NUMBER: { action: 'delivered' }",
    replacement: "DUPLICATE_SEQUENCE_NUMBER: { action: 'reject' }",
    witnesses: [outcomeTest('without an offset, where the broker says only')],
  },
  {
    name: 'losses-were-never-sent',
    rule: 'A batch whose request may have arrived is uncertain.',
    file: answers,
    original: 'if (error.sent) batch.uncertainAttempts++',
    replacement: 'if (!error.sent) batch.uncertainAttempts++',
    witnesses: [
      idempotenceTest('says unknown of what was never answered when an unclean election has cut the log'),
    ],
  },
  {
    name: 'sequences-do-not-wrap',
    rule: 'After the sequence 2147483647 comes 0.',
    file: batch,
    original: 'return (sequence + records) % 2 ** 31',
    replacement: 'return (sequence + records) % 2 ** 53',
    witnesses: [queueTest('wraps as DefaultRecordBatch.incrementSequence does')],
  },
  {
    name: 'hidden-appends-are-refusals',
    rule: 'An error that can hide an append makes the batch uncertain.',
    file: answers,
    original: 'if (rule.mayBeAppended === true) batch.uncertainAttempts++',
    replacement: '',
    witnesses: [endTest('deadline-unclear')],
  },
  {
    name: 'uncertain-batches-are-numbered-anew',
    rule: 'A batch that was written without an answer is never moved to another numbering.',
    file: answers,
    original: 'if (batch.uncertainAttempts > 0) {',
    replacement: 'if (batch.uncertainAttempts < 0) {',
    witnesses: [answerTest('numbering-lost-uncertain')],
  },
  {
    name: 'uncertain-batches-are-split',
    rule: 'A batch that may be in the log as a whole is not split.',
    file: answers,
    original: 'if (batch.recordCount === 1 || batch.uncertainAttempts > 0)',
    replacement: 'if (batch.recordCount === 1)',
    witnesses: [answerTest('too-large-uncertain')],
  },
  {
    name: 'given-up-batches-leave-a-gap',
    rule: 'A numbered batch that was given up leaves no gap in the numbers of its partition.',
    file: expiry,
    original: 'if (batch.producer !== undefined && queue.owner !== undefined) queue.gap ??= why',
    replacement: '',
    witnesses: [endTest('aborted-unanswered')],
  },
  {
    name: 'epochs-do-not-end',
    rule: 'After the epoch 32767 comes another producer id.',
    file: 'src/engine/producer-identity.ts',
    original: 'producerEpoch >= maxProducerEpoch ? undefined :',
    replacement: 'producerEpoch > maxProducerEpoch ? undefined :',
    witnesses: [idempotenceTest('knows the last epoch')],
  },
  {
    name: 'laggards-undo-elections',
    rule: 'A broker that lags behind does not undo an election.',
    file: metadata,
    original: 'leaderEpoch >= 0 && leaderEpoch < own.leaderEpoch',
    replacement: 'leaderEpoch < 0',
    witnesses: [idempotenceTest('does not follow a broker that still names')],
  },
  {
    name: 'namesakes-are-the-same',
    rule: 'A topic that was created again is numbered anew.',
    file: metadata,
    original: 'if (before !== undefined && known === undefined) this.#listener.onRecreated(name)',
    replacement: '',
    witnesses: [inFile('idempotence.embedded')('numbers a topic anew')],
  },
  {
    name: 'waiting-sends-keep-no-copies',
    rule: 'A record that waits is a copy of the caller’s.',
    file: intake,
    original: 'return owned ? send : { ...send, record: ownedCopy(send.record) }',
    replacement: 'return send',
    witnesses: [edgeTest('keeps a copy of a record that waits')],
  },
  {
    name: 'bound-records-are-safe',
    rule: 'A record that gives up while its numbered batch is still tried is unknown.',
    file: expiry,
    original: 'if (othersWait && batch.producer !== undefined) {',
    replacement: 'if (othersWait && batch.producer === undefined) {',
    witnesses: [endTest('deadline-shared')],
  },
  {
    name: 'silence-is-not-noticed',
    rule: 'After a long silence the first batch travels alone, since the log may have forgotten the producer.',
    file: queue,
    original: 'if (oldest === undefined && nowMs - this.#confirmedMs >= memoryMs) this.#confirmed = false',
    replacement: '',
    witnesses: [idempotenceTest('keeps the order when the log has forgotten a producer')],
  },
  {
    name: 'unclear-errors-are-refusals',
    rule: 'An error that says nothing of a batch without sequences leaves it unknown.',
    file: 'src/engine/produce-answer.ts',
    original: "if (name === 'UNKNOWN_SERVER_ERROR' && !idempotent) return unclear",
    replacement: "if (name === 'UNKNOWN_SERVER_ERROR' && !idempotent) return refused",
    witnesses: [answerTest('refused-unclear')],
  },
  {
    name: 'unsent-batches-were-written',
    rule: 'A batch of which no byte left the process was not written.',
    file: answers,
    original: 'else batch.attempts--',
    replacement: '',
    witnesses: [inFile('outcome-table-model')('deadline-unsent')],
  },
]
