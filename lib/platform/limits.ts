/** Every limit, its unit in its name, with what happens when it is hit. */
export const limits = {
  /** A request body over this is answered 413 before it is parsed. */
  bodyBytes: 1024 * 1024,
  /** What is read of such a body all the same, so that its sender hears the answer, and how long a pause in it may be. */
  bodyDropBytes: 32 * 1024 * 1024,
  bodyDropMs: 1_000,
  /** JSON nested deeper than this is refused before it is parsed. */
  jsonDepth: 100,
  /** A WebSocket frame over this closes its socket with 1009. */
  framePayloadBytes: 1024 * 1024,
  /** Fragments of one message beyond this close the socket with 1008. */
  frameFragments: 64,
  /** An upgrade beyond this is closed with 1013. */
  sockets: 12_000,
  /** Sockets of one operator, key or run; beyond it 1013. */
  socketsPerOwner: 500,
  /** A socket whose unsent bytes pass this is closed with 4429. */
  socketBufferBytes: 4 * 1024 * 1024,
  /** Silence after which a socket is pinged, and dropped at the next beat without an answer. */
  socketHeartbeatMs: 30_000,
  /** Text frames a second and at once from one client; beyond it 4429. */
  framesPerSecond: 200,
  framesBurst: 1_000,

  /** Unused tickets held; beyond it minting answers 503. */
  tickets: 100_000,
  ticketTtlMs: 30_000,

  /** Live events kept for replay; an older `since` gets `reset`. */
  eventReplay: 5_000,

  toolTokenTtlMs: 15 * 60_000,
  /** Live tokens of one run; beyond it minting answers 409. */
  tokensPerRun: 100,

  /** Live PTY runs; beyond it a start answers 503. */
  terminals: 500,
  terminalCols: 120,
  terminalRows: 32,
  terminalScrollbackLines: 2_000,
  /** Output that comes without a pause is sent on at this size, or after this time. */
  terminalFrameBytes: 64 * 1024,
  terminalGatherMs: 2,
  /** Bytes sent to a viewer and not acknowledged; at this the terminal waits for the viewer. */
  viewerWindowBytes: 512 * 1024,
  /** A viewer that holds the terminal back longer than this is closed with 4429: it may attach again. */
  viewerStallMs: 10_000,
  /** A run that awaits its first viewer goes on without one after this. */
  firstViewerMs: 10_000,
  /** Bytes on their way to the screen keeper; at this the terminal waits. */
  screenWindowBytes: 4 * 1024 * 1024,
  /** A recording over this is cut, and says so. */
  recordingBytes: 64 * 1024 * 1024,
  /** Recorded bytes are on the disk at the latest after this. */
  recordingSyncMs: 1_000,

  /** Agent events kept of one run; later ones are shown live and counted, not kept. */
  agentEventsPerRun: 10_000,
  agentEventBytes: 64 * 1024,

  /** SIGHUP, then this, then SIGTERM, then the next, then SIGKILL until nothing is left. */
  hangupGraceMs: 500,
  terminateGraceMs: 1_500,
  /** A process tree that outlives SIGKILL this long is reported, not waited for. */
  killDeadlineMs: 10_000,
  /** After SIGTERM to the server, what has not ended by then is cut. */
  drainMs: 10_000,

  /** Calls of one run to one connector in 60 s, and in all; beyond them 429. A connector may have limits of its own. */
  connectorCallsPerMinute: 10,
  connectorCallsPerRun: 60,
  /** The output of a tool over this is not handed on: 502. */
  connectorOutputBytes: 256 * 1024,
  connectorTimeoutMs: 60_000,
  /** The newest standard error kept of a connector's process. */
  connectorStderrBytes: 64 * 1024,
  /** What one message of a connector may hold; beyond it the connector is ended and started anew. */
  connectorMessageBytes: 16 * 1024 * 1024,
  /** Standard output that is no message, without one in between; beyond it the connector is ended and started anew. */
  connectorGarbageBytes: 1024 * 1024,
  /** What a connector may wait to read of us, in a pipe it does not empty; beyond it the same. */
  connectorUnreadBytes: 16 * 1024 * 1024,
  /** Notifications, requests and answers to nothing in a second; beyond it the same. */
  connectorUnaskedPerSecond: 2_000,
  /** A connector that has not started and listed its tools by then has failed. */
  connectorStartMs: 60_000,
  /** A call of a connector that is about to start waits this long for it. */
  connectorReadyWaitMs: 10_000,
  /** A connector's process that was asked to end has this long before SIGTERM, and again before SIGKILL. */
  connectorEndGraceMs: 1_000,
  /** A dead connector is started anew after this, doubled up to the second. */
  connectorRestartMs: 500,
  connectorRestartMaxMs: 60_000,
  /** Tools of one connector, and the size of one tool's schema: what is over is not offered. */
  connectorTools: 1_000,
  toolSchemaBytes: 64 * 1024,
  /** The definitions of a connector's tools in all, and the pages it may spread them over. */
  connectorToolsBytes: 4 * 1024 * 1024,
  connectorToolPages: 200,

  /** A call of the tools service ends at the latest after this. Tool-session records live longer. */
  toolTimeoutMs: 120_000,
  /** A command of `shell` ends after this unless it asks for another time. */
  shellTimeoutMs: 30_000,
  /** What is kept of a command's standard output and error together; the rest is read and dropped, and the answer says so. */
  shellOutputBytes: 256 * 1024,
  /** Processes of one command, and what they hold in memory together: over either, all of them are ended. */
  shellProcesses: 128,
  shellMemoryBytes: 1024 * 1024 * 1024,
  /** Address space of one process of a command: what it asks for over it fails. */
  shellAddressBytes: 4 * 1024 * 1024 * 1024,
  /** One file a command writes, and what it may put into its own /tmp. */
  shellFileBytes: 256 * 1024 * 1024,
  shellTmpBytes: 64 * 1024 * 1024,
  shellOpenFiles: 1_024,
  /** Commands at once; beyond it a call waits for its turn. */
  shellsAtOnce: 16,
  /** What `read_file` and `http_fetch` answer with; the rest is left out, and the answer says so. */
  toolReadBytes: 256 * 1024,
  /** Entries `list_files` answers with. */
  toolListEntries: 1_000,
  /** A request of `http_fetch` with all its redirects, and how many those may be. */
  toolFetchMs: 30_000,
  toolFetchRedirects: 5,
  /** What the tools service answers with, as JSON: 256 KiB of bytes that each need an escape still fit. */
  toolOutputBytes: 2 * 1024 * 1024,

  /** Calls of one console that wait for the tools service in its own process, beyond it 503; and what one may hold. */
  toolQueueCalls: 10_000,
  toolEnvelopeBytes: 1024 * 1024 + 64 * 1024,
  /** Calls that a worker makes at once. It looks after itself and the queue this often. */
  toolWorkerCalls: 32,
  toolWorkerBeatMs: 1_000,
  /** A worker that did not ask for work for this long is not shown; after the second what it had goes to another; then it is forgotten. */
  toolWorkerSeenMs: 5_000,
  toolWorkerLostMs: 10_000,
  toolWorkerForgottenMs: 60_000,
  /** A call is given up when there is no worker for this long. */
  toolWorkerWaitMs: 10_000,
  /** How often a call is tried that could not be begun, and the pause between; then it is a dead letter, of which so many are kept. */
  toolAttempts: 3,
  toolRetryMs: 500,
  toolDeadLetters: 1_000,
  /** That a call was begun is known for this long: longer than any order lives. */
  toolBegunMs: 10 * 60_000,
  /** An answer that is due may take this long to arrive. */
  toolAnswerGraceMs: 3_000,
  /** Redis away for this long: who waits for an answer is told, and workers end what they run. */
  toolRedisAwayMs: 5_000,
  /** How often a console looks who serves the queue. */
  toolWatchMs: 2_000,

  /** Redis that has not answered a command by then counts as away. It is tried again after this, doubled up to the second. */
  redisAnswerMs: 2_000,
  redisRetryMs: 50,
  redisRetryMaxMs: 2_000,

  /** Tool-session records held in memory; beyond it writing answers 503. They are looked through this often for those that ended. */
  traceRecords: 100_000,
  traceSweepMs: 10_000,
  /** A record in Redis over this is not one: its calls are refused. */
  traceRecordBytes: 32 * 1024,

  /** What looks like a secret is read so far; no longer one is looked for. */
  leakSecretChars: 16 * 1024,
  /** A terminal that ends in what looks like a secret is taken at its word after this silence. */
  leakSettleMs: 1_000,
  /** Secrets of one terminal that are known again when they are shown again. */
  leakKnown: 1_000,
  /** What a run shows again is gathered for so long, then told as one. */
  leakGatherMs: 5_000,

  /** A held call is denied when nobody decides within this. */
  approvalTtlMs: 5 * 60_000,
  /** Extending goes no further than this from the request. */
  approvalMaxMs: 24 * 60 * 60_000,
  /** Held calls of one run; beyond it 429. */
  approvalsPerRun: 100,

  /** A receiver of a webhook that has not answered by then has failed, and is tried again until the second. */
  webhookTimeoutMs: 10_000,
  webhookRetryMs: 24 * 60 * 60_000,

  /** Actions of a credential session, and resources: more are refused, and so is a longer one of either. */
  credentialPolicyItems: 1_000,
  credentialActionChars: 256,
  credentialResourceChars: 2_048,
  /** What an answer names of a policy that cannot be read, and how much of one item. */
  credentialProblems: 50,
  credentialProblemChars: 64,
  /** What is issued for a session lives this long, the least AWS issues for, and is renewed by asking again. */
  credentialLifeMs: 15 * 60_000,
  /** One that ends sooner than this is issued anew when it is asked for. */
  credentialRenewMs: 5 * 60_000,
  /** A session that says nothing of its time lives this long; one with less than the second left is not answered for another. */
  credentialTtlMs: 15 * 60_000,
  credentialReuseMs: 5 * 60_000,
  /** Sessions of one principal begun in an hour and in a day, and active at once: beyond them 429. */
  credentialsPerHour: 120,
  credentialsPerDay: 1_000,
  credentialsActive: 100,
  /** Audiences for which one session keeps what was issued. */
  credentialAudiences: 32,
  /** What a process proves itself with at a metadata endpoint, and what it asks for there: longer ones are none. */
  doorSecretChars: 1_024,
  /** Secrets that were verified and are known again without it. */
  doorSecretsKnown: 10_000,
  audienceChars: 512,
  audienceScopes: 32,
  /** A door of an external run whose port another process has taken is tried again this often. */
  doorReopenMs: 2_000,
  /** Sessions that ended are kept this long. What is over is looked for this often. */
  credentialRetentionDays: 90,
  credentialSweepMs: 5_000,
  /** A cloud that has not answered by then, its library's own attempts included, has not. */
  cloudAnswerMs: 15_000,
  /** What STS takes as an inline session policy. */
  iamSessionPolicyChars: 2_048,

  /** An event that waits for its instance: so many, so large together, so long. What is over is dropped and counted. */
  relayBufferEvents: 100_000,
  relayBufferBytes: 256 * 1024 * 1024,
  relayBufferMs: 7 * 24 * 60 * 60_000,
  /** How often buffers are looked through for what is too old. */
  relaySweepMs: 60_000,
  /** Events of a replay on their way without an acknowledgement. */
  relayReplayWindow: 64,
  /** Events of a buffer that are read at once. */
  relayReplayPage: 256,
  /** A gateway that has not read an event after this is cut off, and what it did not read is stored. */
  relayStallMs: 5_000,
  /** Platforms one gateway says hello for; a further one gets no descriptor. */
  relayIdentities: 16,
  /** Actions of one gateway that are being done; a further one is answered with `busy`. */
  relayActionsInFlight: 100,
  /** Results kept of one socket, so that a request which comes again is answered and not done again. */
  relayResultsKept: 1_000,
  /** The secret before a rotation is good for this long. */
  relayPreviousSecretMs: 24 * 60 * 60_000,
  relayEnrolmentMs: 24 * 60 * 60_000,
  relayLinkCodeMs: 10 * 60_000,
  /** Wrong codes of one author within the life of a code; then none of theirs is looked at, a right one neither. */
  relayLinkFailures: 5,
  /** Authors whose wrong codes are counted; beyond it no code is taken until some are forgotten. */
  relayLinkAuthors: 10_000,
  /** Authors whose binding is kept in memory. */
  relayAuthorsKnown: 100_000,
  /** A file that a message carries; what one instance holds of them at once; and how long each stays. */
  relayMediaBytes: 25 * 1024 * 1024,
  relayMediaInstanceBytes: 500 * 1024 * 1024,
  relayMediaFiles: 1_000,
  /** Uploads of one instance at a time: each counts with what it may become. */
  relayMediaUploads: 16,
  relayMediaMs: 60 * 60_000,
  /** A gateway that asked for a file and reads nothing of it for so long is cut off: it holds the file open. */
  relayMediaStallMs: 30_000,
  /** Messages of one author that share a row of the record where they come faster than rows are written. */
  relayMessagesPerRow: 100,
  /** Follow-up credentials of platforms in memory: beyond it the oldest goes. */
  relayCapabilities: 10_000,
  /** However long its platform lets it live. */
  relayCapabilityMs: 15 * 60_000,
  /** Sessions of one instance at once; a message that would begin a further one is refused. */
  relaySessionsPerInstance: 1_000,
  /** The run of a session ends when nobody has spoken in it for this long, and after a day in any case. */
  relaySessionIdleMs: 30 * 60_000,
  relayRunTtlSeconds: 24 * 60 * 60,
  /** Kept of one instance: messages of the console, and what was declined. */
  relayMessagesKept: 1_000,
  relayDenialsKept: 100,
  /** Threads of one instance on the console, and messages of one that are shown anew when it is renamed. */
  relayThreads: 1_000,
  relayThreadShown: 100,
  /** The longest message of the console's platform, in code points. */
  relayTextChars: 16_000,
  /** A gateway that sleeps is poked so often at most, and has this long to answer. */
  relayWakeCooldownMs: 60_000,
  relayWakeTimeoutMs: 10_000,
  /** A chat platform that failed is started again after this long, doubled each time. */
  relayPlatformRetryFirstMs: 1_000,
  relayPlatformRetryMaxMs: 60_000,
  /** A chat platform that is not closed by then is left to close by itself. */
  relayPlatformCloseMs: 3_000,
  /** Chat platforms that can be set up. */
  relayPlatforms: 100,
  /** How far the time of a signed message may be from ours: an older one is refused, as a replay. */
  relayWebhookWindowMs: 5 * 60_000,
  /** Ids of messages remembered of one webhook within that window; beyond it, what is older than the forgotten is asked for again. */
  relayWebhookIds: 100_000,
  /** An attempt to post an action to a webhook; all of them together stay under the 30 s that a gateway waits. */
  relayWebhookTimeoutMs: 8_000,
  relayWebhookAttempts: 3,
  /** What a webhook answers: longer is a failure. */
  relayWebhookAnswerBytes: 64 * 1024,
  /** Changes of one instance are told to pages this often. */
  relayTellMs: 250,

  /** A gateway gives up on a result after 30 s: what a platform cannot do by then, its waits for a flood included, has failed. */
  chatAnswerMs: 25_000,
  /** A platform that is away for a moment is tried again after this, doubled up to the longest; after so many times it has failed. */
  chatRetries: 5,
  chatRetryFirstMs: 1_000,
  chatRetryMaxMs: 60_000,
  /** What is sent when a platform is closed (where it stopped reading) has this long; then it is cut off. */
  chatCloseMs: 2_000,
  /** Prompts of one platform that wait for an answer; beyond it the oldest is no longer taken. */
  chatPromptsOpen: 10_000,
  /** Files of one message that are fetched, and how long all of them may take; what is over or late is named alone. */
  chatFilesPerMessage: 10,
  chatFilesMs: 30_000,
  /** What a file may have that a bot of Telegram fetches, and a picture that it sends as one. Both are Telegram's own. */
  telegramFileBytes: 20 * 1024 * 1024,
  telegramPhotoBytes: 10 * 1024 * 1024,
  /** Telegram holds a question for updates open this long. */
  telegramPollSeconds: 30,
  /** Telegram's own: UTF-16 code units of a message and of a caption, code units of a topic's name. */
  telegramTextUnits: 4_096,
  telegramCaptionUnits: 1_024,
  telegramTopicChars: 128,
  /** Discord's own: characters of a message, of a button and of a thread's name; buttons of a message. */
  discordTextUnits: 2_000,
  discordButtonChars: 80,
  discordThreadChars: 100,
  discordButtons: 25,
  /** Discord takes the first answer to an interaction within 3 s: this leaves time to arrive. */
  discordDeferMs: 2_000,
  /** A signed interaction that is older is a replay. Within it, so many are remembered, so that one that comes again does nothing. */
  discordInteractionSkewMs: 5 * 60_000,
  discordInteractionsKnown: 10_000,
  /** Channels whose name and kind are kept in memory. */
  discordChannelsKnown: 10_000,
  /** A socket that is not open after this is tried again. */
  discordHandshakeMs: 10_000,

  /** As a gateway of an upstream: its bearer is good for this long, and it has this long from the dial to its descriptors. */
  upstreamBearerSeconds: 300,
  upstreamHandshakeMs: 30_000,
  /** A dial that failed is made again after this, doubled each time up to the other. */
  upstreamRedialFirstMs: 1_000,
  upstreamRedialMaxMs: 30_000,
  /** An action without a result after this is answered as failed. */
  upstreamResultMs: 30_000,
  /** At shutdown: until its going idle is acknowledged (the second when there is no time), and for results on their way. */
  upstreamIdleAckMs: 10_000,
  upstreamIdleAckFastMs: 2_000,
  upstreamLastResultsMs: 5_000,
  /** Messages of an upstream that are being stored; beyond it the socket is not read until some are. */
  upstreamStoring: 64,
  /** Messages of one session that wait for its run; a further one is dropped and counted. */
  upstreamSessionMessages: 1_000,
  /** Live runs of sessions; a further session takes the place of the one that has been quiet longest, and at least so long. */
  upstreamRuns: 200,
  upstreamQuietMs: 60_000,
  upstreamRunSeconds: 86_400,
  /** How long it is known that a message was taken: longer than a connector keeps it. */
  upstreamKnownMs: 8 * 24 * 60 * 60_000,
  upstreamSweepMs: 60_000,
  /** One text in at most so many messages. */
  upstreamParts: 50,

  /** An MCP client waits this long for a decision, then is told that the call is pending: most give up on a call at 60 s. */
  mcpHeldWaitMs: 55_000,
  /** While it waits it hears of it this often, if it asked for progress. */
  mcpHeldProgressMs: 5_000,
  /** An MCP answer that is not there after this becomes a stream, with a comment in it this often. */
  mcpKeepAliveMs: 15_000,
  /** How long an MCP client may keep its list of tools. */
  mcpListTtlMs: 5_000,

  /** The files of a plugin in all, and how many. */
  pluginBytes: 50 * 1024 * 1024,
  pluginFiles: 10_000,

  /** Arguments and results of calls are kept this long; the record keeps their digests for good. */
  callPayloadDays: 30,

  /** Rows of the record in one transaction, and how many may wait before an append is refused. */
  auditBatchRows: 500,
  /** From so many waiting rows on, the writer begins before the turn of the event loop is over. */
  auditEagerRows: 16,
  auditQueueRows: 50_000,
  /** A row that nobody waits for goes out with others, at the latest after this. */
  auditFollowMs: 20,
  /** Rows a filtered list looks at before it answers with what it has and a cursor to go on from. */
  scanRows: 20_000,

  /** Failed sign-ins of one account from one address, of one address, of one account, within the window. */
  signInFailuresPerPair: 5,
  signInFailuresPerAddress: 30,
  signInFailuresPerAccount: 60,
  signInWindowMs: 15 * 60_000,
  sessionMaxAgeMs: 7 * 24 * 60 * 60_000,
} as const;
