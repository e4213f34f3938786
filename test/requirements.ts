/**
 * What contract.md and trust.md promise of what exists, a sentence each. A test says with `covers` which promises it holds;
 * `test/unit/requirements.test.ts` fails for a promise that no test names.
 */
export const requirements = {
  // Process
  'process.ready-line': 'One line "Gatehouse ready at <url>" is printed once it serves.',
  'process.config-named':
    'A wrong or missing value stops the start with one line that names the variable and what would be right.',
  'process.probes': '/healthz is 200 while the process lives, /readyz 200 once it serves, /metrics Prometheus text.',
  'process.busy-port': 'A port in use stops the start and says so.',
  'process.one-server': 'A second server on a data directory refuses to start and names the directory.',
  'process.drain': 'SIGTERM closes sockets with 1012, ends PTY runs with a reason and exits with 0.',
  'process.secrets-0600': 'Secrets are kept in the data directory, readable by their owner alone.',
  'process.no-secret-leaks':
    'No secret appears in a log, a page, the record, a recording header, an error, the metrics or the database.',
  'process.durable-commits': 'The database syncs each commit: WAL with synchronous=FULL.',
  'process.migrations': 'A start brings the database to its schema, and a second start applies nothing.',

  // HTTP
  'http.error-body':
    'Every error is { error: { code, message, details?, requestId } }, and every response carries x-request-id.',
  'http.unknown-field': 'A wrong or unknown field is a 400 BAD_REQUEST that names it.',
  'http.body-limit': 'A body over 1 MiB is 413.',
  'http.keyset-pages': 'Lists are keyset-paginated: limit 1 to 200, an opaque cursor, every row once.',
  'http.no-token-in-url': 'A bearer in a URL is refused and never logged.',
  'http.own-host': 'Only the own names are accepted as Host and Origin.',
  'http.openapi': 'GET /api/openapi.json describes every route.',
  'http.cannot-hurt': 'Slow, huge, deep, pipelined or malformed requests do not stop the server from answering others.',
  'http.security-headers': 'Every page has a nonce of its own in its Content-Security-Policy and the usual headers.',

  // Sign-in
  'signin.credentials': 'An operator signs in with email and password; a refusal tells nothing about the account.',
  'signin.throttle': 'Guessing is slowed down by account and by address, and cannot lock an owner out.',
  'signin.roles': 'Each role may do what the table of the contract says, and nothing else.',
  'signin.scopes': 'A service key may do what its scopes say, and nothing else.',
  'signin.same-origin': 'A change made with a cookie needs an Origin of ours, else 403 ORIGIN_REFUSED.',
  'signin.bites-at-once':
    'A role or key change, a disable or a sign-out takes effect on the next request and closes sockets with 4401.',
  'signin.first-admin': 'The first admin is made unattended from the environment or with a one-time link.',
  'signin.last-admin': 'Somebody always stays admin.',
  'signin.oidc': 'Single sign-on lets in whose verified email has an account, and nobody else.',
  'keys.shown-once': 'A service key is shown once and only its hash is kept.',

  // Cloud credential sessions
  'credentials.session':
    'A session has one cloud, one principal, a policy, a time and a budget; its status moves forward only.',
  'credentials.bound-to-run':
    'What was issued is served to its own run alone, and only while session and run are live.',
  'credentials.recorded':
    'Every issue, renewal, refusal and end is on the record with the access key id, never a secret.',
  'credentials.reuse':
    'An active session stands for a request of the same access and for no narrower, wider or other one.',
  'credentials.ends-with-run': 'Revoking a run ends its sessions in the same operation, and counts them.',
  'credentials.hard-revoke':
    'A hard revoke has the cloud refuse what was issued, and hurts no other session of the role.',

  // The relay
  'relay.upgrade':
    'A gateway is let in by its own bearer, under the current and the previous secret; a refusal says unauthorized, expired or revoked.',
  'relay.order': 'What reaches an instance keeps its order: what waits comes first, and nothing overtakes it.',
  'relay.buffer':
    'Events of a gateway that sleeps are stored before its going idle is acknowledged, and sent again until they are acknowledged.',
  'relay.author-first': 'A message reaches the one instance its author is bound to, and an unlinked one nobody.',
  'relay.link-code': 'A link code binds once, for ten minutes, and cannot be found by trying.',
  'relay.egress': 'An instance sends where it received something or where its tenant is; every decline reads alike.',
  'relay.runs': 'Each session of an instance is a run of its author; what ends the run cuts its way back.',
  'relay.follow-up': 'A gateway names a session and a kind, and never sees a credential of a platform.',
  'relay.platforms':
    'A chat platform is set up by admins on the record, connected without holding up a start, retried, and its secrets go in and never out.',
  'relay.webhook':
    'A webhook is heard by its signature over the very bytes, within five minutes and once, and answered alike whoever its author is.',
  'relay.media':
    'What a message carries is kept for an hour, for its own instance and operators, and nothing in it runs.',
  'relay.enrolment': 'Enrolment shows a secret once, takes a token once, and rotation keeps the previous secret a day.',
  'relay.revoked':
    'A revoke drops bindings, secrets and buffers, closes with 4401 revoked, and the next dial is refused.',

  // The relay's adapter side
  'upstreams.dial':
    'An upstream is dialled with a fresh bearer, shaken hands with, and dialled again with a backoff; nothing that it says ends the reader.',
  'upstreams.revoked':
    '4401 after a descriptor is asked once more, and the second disables an upstream for good; expired is never a revocation.',
  'upstreams.trust':
    'A message is served where the connector knows us by a secret, whatever the message says of itself, and nowhere else.',
  'upstreams.inbox':
    'A message is durable before it is acknowledged, run once however often it comes, and handed to a new run after a crash.',
  'upstreams.sessions':
    'A session has one run, for the author the connector observed; a run that ended is replaced at the next message.',
  'upstreams.replies':
    'A run talks in the chat of its session alone, with the scope it came from; what is declined is an error and is not tried again.',
  'upstreams.drain':
    'A shutdown says going idle, serves until the acknowledgement, and never waits for one that does not come.',

  // Tickets and the internal credential
  'tickets.shape': 'A ticket is 32 random bytes in base64url, with ttl_seconds 30, and kept by SHA-256.',
  'tickets.single-use': 'A ticket works once, however many ask at once.',
  'tickets.bound': 'A ticket is bound to operator, endpoint, run and Origin, and burnt by a use that does not fit.',
  'tickets.thirty-seconds': 'A ticket is valid at second 30 and refused after it.',
  'tickets.capped': 'The ticket store is capped at 100,000, then answers 503, and sweeps itself.',
  'tickets.audited': 'Minting, refusal and each accepted socket are on the record.',
  'tickets.subprotocol': 'A ticket may travel as a subprotocol; only gatehouse-v1 is selected.',
  'tickets.rest': 'POST /api/auth/ws-ticket answers 401 without a session and 405 for GET.',
  'internal.shape': 'A child gets <runId>.<HMAC-SHA256(root, runId)>, usable many times.',
  'internal.own-run': 'The internal credential opens /api/ws and /api/pub of its own run only.',
  'internal.while-live': 'The internal credential is refused before the root is drawn and after its run has ended.',

  // Sockets
  'sockets.order':
    'Path, then Origin and Host, then credential, target, capacity: a bad path is 404, a bad Origin 403 and burns no ticket.',
  'sockets.accepted-then-closed':
    'Whatever is wrong later is accepted and closed at once with its code, and no frame but the close.',
  'sockets.malformed': 'A malformed message or parameter closes with 4400.',
  'sockets.too-large': 'A frame over 1 MiB closes with 1009.',
  'sockets.too-fast': 'A client that talks too fast or stays too far behind is closed with 4429.',
  'sockets.no-compression': 'Compression is never negotiated and a message of many fragments is refused.',
  'sockets.page-first': 'A socket opens and stays open after pages were loaded.',
  'sockets.full': 'Sockets beyond the limit are closed with 1013.',
  'events.numbered': 'Events are numbered and replayed after since; a gap that cannot be replayed is a reset.',
  'pty.restore': 'On attach the screen is restored exactly, then live bytes follow with no gap and no repeat.',
  'pty.control': 'One viewer is in control and resizes; a viewer without the right is read-only.',
  'pty.flow-control': 'Unacknowledged output pauses the process and grows no memory.',
  'pty.hostile-output': 'No output of a run harms the terminal that shows it, the other terminals or the server.',
  'pty.exit': 'A viewer is told exit code or signal, and closed with 4410.',
  'rpc.errors': 'JSON-RPC answers errors with the codes of the contract.',
  'rpc.own-run': 'A child sees and acts on its own run only.',

  // Tool tokens
  'tokens.format': 'A tool token is gth_tool_, 32 random bytes in base64url and a CRC32 of six base62 characters.',
  'tokens.hash-only': 'Only the SHA-256 of a tool token is stored; the token is shown once.',
  'tokens.registry':
    'ToolTokenRegistry mints what the design names and throws on empty ids or a TTL that is not positive and finite.',
  'tokens.default-ttl': 'A tool token lives 15 minutes unless told otherwise.',
  'tokens.codes':
    'A check answers TOOL_TOKEN_MISSING, _INVALID, _EXPIRED, TOOL_ENDPOINT_DENIED or TOOL_OPERATION_DENIED, in this order.',
  'tokens.no-echo': 'No refusal holds any part of the secret.',
  'tokens.sliding': 'A use in the second half of its life extends a token.',
  'tokens.never-past-run': 'A token never outlives its run.',
  'tokens.no-revival': 'A refresh never revives a token.',
  'tokens.expired-then-invalid': 'A check that meets an expired token says EXPIRED and removes it.',
  'tokens.timer-invalid': 'A timer expiry removes a token: later it is INVALID.',
  'tokens.end-reasons': 'Why a token ended is kept.',
  'tokens.survive-restart': 'A token survives a restart of the server if its run does.',
  'tokens.connector-access': 'A restricted plugin reaches only the connectors its token was granted.',
  'tokens.model': 'Decisions follow the rules in any order of mint, use, refresh, revoke, wait and restart.',
  'tokens.introspect': 'Introspection answers { active: true, grant } or { active: false, code }.',

  // Runs
  'runs.environment':
    'A run gets its Gatehouse variables and an allow-list of the rest; no secret of the server is inherited.',
  'runs.bad-input':
    'A bad cwd, a missing binary or a TTL out of range is refused with what would be right, and no run is left half-made.',
  'runs.external': 'An external run is registered, minted tokens, charged and ended through REST.',
  'runs.budget': 'Spending over the budget ends the run as budget_exceeded.',
  'runs.exit-kept': 'The exit code or the signal of a PTY run is kept.',
  'runs.recorded':
    'A PTY run is recorded as asciicast v2 with a size cap, its SHA-256 on the record and nothing secret in its header.',
  'runs.lists': 'Runs are listed by status, text, project, principal and sort, each row once.',

  // Secrets that runs show
  'leaks.alerts':
    'A known token shape in a terminal or in the output of a tool raises an alert, on the record, that names the pattern and never the match.',
  'leaks.redacted-recording': 'A recording is given out without such texts on request; the stored one stays as it is.',

  // Revoke and recovery
  'revoke.counts': 'A revoke answers what it ended; again it answers zeros; an unknown run is 404 RUN_NOT_FOUND.',
  'revoke.many': 'Up to 1,000 runs are revoked by ids or by a filter frozen when the call arrives.',
  'revoke.sockets': 'The sockets of a revoked run get the frame "revoked" first, then 4401.',
  'revoke.tree-dies':
    'Every process of a run ends, also one that ignores SIGHUP and SIGTERM, double-forks, calls setsid or clears its environment.',
  'revoke.no-call-after': 'After the answer no call with any of its tokens succeeds.',
  'revoke.durable': 'An acknowledged revoke survives kill -9.',
  'recovery.pty-failed': 'After a kill -9 PTY runs are failed with the reason and their processes are ended.',
  'recovery.acknowledged': 'Nothing acknowledged is lost by kill -9, and the record verifies.',
  'recovery.external-goes-on': 'External runs and their tokens go on after a kill -9.',

  // Approvals
  'approvals.held': 'A held call is counted by its run in the commit that holds it, and waits five minutes.',
  'approvals.one-decides':
    'Of operators who decide at once exactly one wins; the others get 409 ALREADY_DECIDED with the name.',
  'approvals.on-record': 'A decision is durable with its row of the record before it takes effect.',
  'approvals.for-run':
    'Approving for the run lets the same tool of the same run through, and nothing else, until it ends.',
  'approvals.arguments': 'Arguments of held calls are shown to operators, auditors, admins and keys that decide alone.',
  'approvals.silence': 'What nobody decides in time is expired, and deciding it later is 410 APPROVAL_EXPIRED.',
  'approvals.extend': 'More time is added to the current end, at most up to a day after the request.',
  'approvals.run-ends': 'The end of a run cancels what it holds, and nothing of an ended run is approved.',
  'approvals.wait': 'Whoever waits for a decision is told by it; the leaving of the agent cancels the call.',
  'approvals.restart': 'Pending approvals of live runs survive a restart with what is left of their time.',
  'approvals.limit': 'A run holds at most a hundred calls.',
  // Gate
  'gate.durable-first': 'A call reaches its connector only once its decision is durable.',
  'gate.audit-unavailable':
    'A call whose decision cannot be written is refused with AUDIT_UNAVAILABLE and sent nowhere.',
  'gate.refusal-order': 'Refusals come in the order of the contract: the caller before what is asked.',
  'gate.not-granted-alike': 'An ungranted run cannot tell whether a connector exists.',
  'gate.current-grants':
    'The gate asks the plugin as it is now: a grant, a revoke and a tier change reach live runs on their next call.',
  'gate.rule-model':
    'Grants, tiers, locks, approvals and revokes decide as a model of them does, over 10⁵ random steps.',
  'gate.rate-limits': 'Calls are limited by minute and by run; refused ones do not count, and a restart forgives none.',
  'gate.revoke-in-flight': 'A revoke cancels calls in flight towards the connector and discards their results.',
  'gate.http':
    'Agents list and call tools over HTTP with their tool token, and ask for the outcome of a held call by its id.',
  'gate.revoke-http':
    'After the answer of a revoke no call of the run succeeds; calls in flight are answered RUN_NOT_ACTIVE.',
  'gate.no-call-unrecorded': 'No tool runs without its durable record, whenever the server is killed.',
  'gate.lost-calls': 'Every call has an outcome, also one that a crash cut off.',
  'tools.sandbox':
    'A command has no network, no secret, no process of the host, and writes in its directory and its own /tmp alone.',
  'tools.shell-limits':
    'Time, processes, memory, files and output of a command are bounded, and nothing of it outlives its call.',
  'tools.files-beneath':
    "Paths stay in the run's directory: no `..`, link, race or special file leads out, and nothing of Gatehouse's own is shown.",
  'tools.fetch':
    'http_fetch reaches public addresses alone, each redirect again, bounded in time and size, and keeps secrets to their host.',
  'tools.service':
    'Tools of the tools service run for the principal of the record, under the gate, and are ended by a revoke or a crash.',
  'tools.unsandboxed':
    'Without a sandbox a command is refused, unless its principal holds UNSANDBOXED_EXEC, and then the answer says so.',
  'approvals.digest-bound': 'An approved call is made with exactly the arguments that were approved.',
  'approvals.silence-denies': 'A held call that nobody decides in time is APPROVAL_EXPIRED.',
  'approvals.reauthorised': 'The whole gate runs again when an approved call is carried out.',
  'approvals.agent-left': 'A held call is cancelled when the agent goes away.',
  'approvals.survive-restart': 'Pending approvals survive a restart of the server.',
  'approvals.single-use': 'An approval is used once: of many who decide at the same moment, one wins.',

  // Webhooks
  'webhooks.signed':
    'Webhooks are signed by the Standard Webhooks specification; the secret is shown once and kept sealed.',
  'webhooks.inert': 'A webhook holds ids, names and a link, never arguments, and no text in it acts on its reader.',
  'webhooks.retried': 'A delivery is tried again with growing pauses for a day, under the same id.',
  'webhooks.restart': 'Deliveries on their way survive a restart.',
  'webhooks.receivers': 'Redirects are not followed, 410 turns a webhook off, and private addresses are refused.',

  'cli.approvals': 'The command line lists, shows, approves and denies what waits, and says who was faster.',

  // Agents in the field
  'agents.entry': 'claude, codex, gemini and opencode get their MCP entry without the token in an argument or a file.',

  // MCP endpoint
  'mcp.two-revisions':
    'POST /mcp serves 2026-07-28 and 2025-11-25 at one address, without sessions, streams or batches.',
  'mcp.same-gate':
    'A tool is <connector>__<tool>, goes through the gate, and a refusal has its code in the data of the error.',
  'mcp.list':
    'tools/list holds what this run may call now, may be kept briefly and privately, and passes annotations on.',
  'mcp.held': 'A held call is answered after the decision, or as pending with the address of its outcome.',
  'mcp.own-token':
    'Every message needs a live token for this resource in its Authorization header; a 401 names the RFC 9728 metadata.',
  'mcp.own-origin': 'A foreign Origin or Host is refused.',
  'mcp.headers-agree': 'Headers that disagree with the body are refused and nothing is called.',
  'mcp.cancel': 'A client that leaves or cancels, and a revoke, cancel the call towards the connector.',
  'mcp.bad-input':
    'A huge, deep, malformed or misnamed request gets a clear error, never a fault, and reaches no connector.',
  'mcp.progress': 'Progress of the connector reaches a client that asked for it.',

  // Audit
  'audit.row':
    'A row holds seq, at, actor, action, target, outcome, data, prevHash and hash = SHA-256 over the canonical row.',
  'audit.group-commit': 'Rows are grouped into one transaction; whoever needs durability awaits its row.',
  'audit.unavailable':
    'What cannot be recorded is refused with AUDIT_UNAVAILABLE, and works again once the record does.',
  'audit.tampering-found': 'Verification finds edit, delete, insert, reorder and truncation of the tail.',
  'audit.list': 'The record is filtered and paged, each row once.',
  'audit.export': 'The record is exported as JSON lines or CSV that no spreadsheet runs.',

  // Connectors
  'connectors.discovery': 'The tools of a real MCP server are found, kept and found again when they change.',
  'connectors.safety':
    'Each tool has a class with a reason; annotations raise it and never lower it; what is unknown counts as write.',
  'connectors.schema': "Inputs are checked against the tool's own schema, and no schema hurts the server.",
  'connectors.hostile':
    'A connector that hangs, floods, dies, answers with 100 MB or with nonsense fails with a clear code in bounded memory, and harms no other.',
  'connectors.output': 'Outputs are redacted, then limited.',
  'connectors.secrets': 'Secrets of a connector are sealed at rest and never shown again.',
  'connectors.environment': 'A connector inherits no secret of the server, and what it started ends with it.',
  'connectors.outbound': 'Connectors over HTTP reach public addresses alone, unless an admin allowed the host.',
  'connectors.import': 'mcpServers as people have it is imported entry by entry.',
  'connectors.record': 'Every change of a connector is on the record first.',

  // Plugins
  'plugins.install': 'A plugin is installed as a copy under its digest; later edits of the folder change nothing.',
  'plugins.manifest': 'A manifest with mistakes installs nothing and lists every one of them.',
  'plugins.digest':
    'The digest is SHA-256 over sorted paths and contents; links, odd files, 50 MiB and 10,000 files are refused.',
  'plugins.upgrade': 'An upgrade keeps grants unless it requires more; then elevated ones are asked again.',
  'plugins.trust':
    'A grant is the sorted union and a revoke the difference; one bad entry refuses all; the tier stays as it is.',
  'plugins.expiry': 'A grant with an end ends at that moment for the gate, the record and the pages.',
  'plugins.tiers': 'bundled and trusted reach every connector, restricted what it was granted.',
  'plugins.required': 'A run whose plugin lacks a required capability does not start: 409 CAPABILITIES_REQUIRED.',
  'plugins.impact': 'What live runs would lose is known before a revoke is confirmed.',
  'plugins.runs': 'A run under a plugin pins a snapshot and starts the command of its manifest.',
  'plugins.bundled': 'The bundled connector files reaches its folder and nothing else.',
  'plugins.demo': 'The demo agent goes through allowed, refused, held, granted and revoked without a model.',

  // Tool sessions and privileges
  'traces.record-alone':
    'The principal of a call comes from its tool-session record alone; what a request says of itself is noted and never believed.',
  'traces.fail-closed':
    'An unknown, expired or garbled record, one of another run and a store out of reach are IDENTITY_UNKNOWN alike, and nothing runs.',
  'traces.write': 'PUT /api/traces/:traceId takes keys with traces:write, answers 204 and is on the record first.',
  'traces.bounded': 'Records end at their time, and those in memory are bounded in number.',
  'traces.peers': 'A Python peer reads and writes the records in Redis: MessagePack under the prefix, with an expiry.',
  'traces.redis-away': 'A console whose Redis is away serves, says so on /readyz and refuses calls that name a trace.',
  'privileges.bits': 'Each name stands for its bit of a 64-bit mask.',
  'privileges.scopes':
    'The narrowest mask decides on ordinary bits; dangerous ones count globally alone; any alias that has a bit is enough.',
  'privileges.ceiling':
    'Nobody grants what they do not hold, save an admin, and not to themselves what is dangerous: ESCALATION_REFUSED.',
  'privileges.change':
    'A change is refused whole with UNKNOWN_PRIVILEGE for a name that is none, else on the record, then true for the next call.',
  'privileges.required':
    'A tool that asks for a privilege is refused with PRIVILEGE_REQUIRED to whoever does not hold it.',
  'identities.list': 'Everyone whom runs, records, calls and grants named is listed, with what was done for them.',

  // Tools service as its own process
  'tools.queue': 'A call goes over a Redis Stream to the tools service and is always answered, once, in bounded time.',
  'tools.queue-order': 'A worker takes run, directory and privileges from the order of the gate alone.',
  'tools.queue-identity': 'A worker takes the identity from the tool-session record, and runs nothing without it.',
  'tools.queue-forged': 'Whoever can write to the stream has nothing run that the gate did not authorise.',
  'tools.queue-once': 'No tool runs twice, whatever dies; what had begun is answered as lost.',
  'tools.queue-redis': 'While Redis is away calls fail at once with what is wrong; when it is back they work.',
  'tools.queue-acl':
    'Under the documented access rules a peer cannot put a call on the stream, and console and workers can work.',
  'tools.dead-letters': 'What no worker could begin in three attempts, or read at all, is a dead letter.',
  'tools.catalog-stale': 'A caller with another catalogue of tools is answered CATALOG_STALE.',

  // Locks
  'locks.bite': 'A lock ends the live runs of its target and refuses new ones with its message.',
  'locks.end': 'A lock ends at its time or by hand.',
  'locks.durable': 'A lock is durable before it bites and survives a restart.',
  'locks.operators': 'Only an admin locks an operator, and never themselves.',
} as const;

export type RequirementId = keyof typeof requirements;

/** Names the promises that the tests around the call hold. */
export function covers(..._ids: RequirementId[]): void {}
