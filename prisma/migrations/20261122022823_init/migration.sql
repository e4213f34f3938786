-- CreateTable
CREATE TABLE "Operator" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "passwordHash" TEXT,
    "oidcSubject" TEXT,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "sessionEpoch" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME NOT NULL,
    "lastSignInAt" DATETIME
);

-- CreateTable
CREATE TABLE "OperatorSession" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "operatorId" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "userAgent" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "endReason" TEXT,
    CONSTRAINT "OperatorSession_operatorId_fkey" FOREIGN KEY ("operatorId") REFERENCES "Operator" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ServiceKey" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME,
    "revokedAt" DATETIME,
    "lastUsedAt" DATETIME
);

-- CreateTable
CREATE TABLE "Run" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "title" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "principal" TEXT NOT NULL,
    "principalUserId" TEXT NOT NULL,
    "startedBy" TEXT NOT NULL,
    "command" TEXT,
    "cwd" TEXT,
    "pid" INTEGER,
    "pluginId" TEXT,
    "pluginSnapshotId" TEXT,
    "startedAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "expiresAt" DATETIME NOT NULL,
    "exitCode" INTEGER,
    "signal" TEXT,
    "endReason" TEXT,
    "budgetLimitUsd" REAL,
    "spentUsd" REAL NOT NULL DEFAULT 0,
    "tags" TEXT NOT NULL,
    "allowedEndpoints" TEXT,
    "allowedOperations" TEXT,
    "tokenCount" INTEGER NOT NULL DEFAULT 0,
    "toolCalls" INTEGER NOT NULL DEFAULT 0,
    "denied" INTEGER NOT NULL DEFAULT 0,
    "approvalsPending" INTEGER NOT NULL DEFAULT 0,
    "lastActivityAt" DATETIME NOT NULL,
    "recordingBytes" INTEGER,
    "recordingSha256" TEXT,
    "recordingTruncated" BOOLEAN NOT NULL DEFAULT false
);

-- CreateTable
CREATE TABLE "ToolToken" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "issuedAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "ttlMs" INTEGER NOT NULL,
    "lastUsedAt" DATETIME,
    "allowedEndpoints" TEXT NOT NULL,
    "allowedOperations" TEXT NOT NULL,
    "endedAt" DATETIME,
    "revocationReason" TEXT,
    CONSTRAINT "ToolToken_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "AgentEvent" (
    "runId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" DATETIME NOT NULL,
    "type" TEXT NOT NULL,
    "data" TEXT NOT NULL,

    PRIMARY KEY ("runId", "seq"),
    CONSTRAINT "AgentEvent_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "AuditRow" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "data" TEXT NOT NULL,
    "prevHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "Operator_email_key" ON "Operator"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Operator_oidcSubject_key" ON "Operator"("oidcSubject");

-- CreateIndex
CREATE INDEX "OperatorSession_operatorId_endedAt_lastSeenAt_idx" ON "OperatorSession"("operatorId", "endedAt", "lastSeenAt");

-- CreateIndex
CREATE UNIQUE INDEX "ServiceKey_hash_key" ON "ServiceKey"("hash");

-- CreateIndex
CREATE INDEX "ServiceKey_createdAt_id_idx" ON "ServiceKey"("createdAt", "id");

-- CreateIndex
CREATE INDEX "Run_startedAt_id_idx" ON "Run"("startedAt", "id");

-- CreateIndex
CREATE INDEX "Run_lastActivityAt_id_idx" ON "Run"("lastActivityAt", "id");

-- CreateIndex
CREATE INDEX "Run_status_startedAt_id_idx" ON "Run"("status", "startedAt", "id");

-- CreateIndex
CREATE INDEX "Run_status_lastActivityAt_id_idx" ON "Run"("status", "lastActivityAt", "id");

-- CreateIndex
CREATE INDEX "Run_projectId_startedAt_id_idx" ON "Run"("projectId", "startedAt", "id");

-- CreateIndex
CREATE INDEX "Run_principalUserId_startedAt_id_idx" ON "Run"("principalUserId", "startedAt", "id");

-- CreateIndex
CREATE INDEX "Run_pluginId_startedAt_id_idx" ON "Run"("pluginId", "startedAt", "id");

-- CreateIndex
CREATE INDEX "Run_kind_startedAt_id_idx" ON "Run"("kind", "startedAt", "id");

-- CreateIndex
CREATE INDEX "Run_endedAt_idx" ON "Run"("endedAt");

-- CreateIndex
CREATE UNIQUE INDEX "ToolToken_hash_key" ON "ToolToken"("hash");

-- CreateIndex
CREATE INDEX "ToolToken_issuedAt_id_idx" ON "ToolToken"("issuedAt", "id");

-- CreateIndex
CREATE INDEX "ToolToken_runId_issuedAt_id_idx" ON "ToolToken"("runId", "issuedAt", "id");

-- CreateIndex
CREATE INDEX "ToolToken_status_issuedAt_id_idx" ON "ToolToken"("status", "issuedAt", "id");

-- CreateIndex
CREATE INDEX "AuditRow_actor_seq_idx" ON "AuditRow"("actor", "seq");

-- CreateIndex
CREATE INDEX "AuditRow_action_seq_idx" ON "AuditRow"("action", "seq");

-- CreateIndex
CREATE INDEX "AuditRow_target_seq_idx" ON "AuditRow"("target", "seq");

-- CreateIndex
CREATE INDEX "AuditRow_outcome_at_idx" ON "AuditRow"("outcome", "at");

-- CreateIndex
CREATE INDEX "AuditRow_at_idx" ON "AuditRow"("at");
