-- AlterTable
ALTER TABLE "Run" ADD COLUMN "connectors" TEXT;
ALTER TABLE "Run" ADD COLUMN "plugin" TEXT;
ALTER TABLE "Run" ADD COLUMN "startedById" TEXT;

-- CreateTable
CREATE TABLE "Plugin" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "tier" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "required" TEXT NOT NULL,
    "optional" TEXT NOT NULL,
    "manifest" TEXT NOT NULL,
    "installedAt" DATETIME NOT NULL,
    "installedBy" TEXT NOT NULL,
    "removedAt" DATETIME
);

-- CreateTable
CREATE TABLE "PluginGrant" (
    "pluginId" TEXT NOT NULL,
    "capability" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "reason" TEXT,
    "expiresAt" DATETIME,

    PRIMARY KEY ("pluginId", "capability"),
    CONSTRAINT "PluginGrant_pluginId_fkey" FOREIGN KEY ("pluginId") REFERENCES "Plugin" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "PluginSnapshot" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "pluginId" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "tier" TEXT NOT NULL,
    "granted" TEXT NOT NULL,
    "at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Connector" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "transport" TEXT NOT NULL,
    "secrets" TEXT,
    "enabled" BOOLEAN NOT NULL,
    "limits" TEXT NOT NULL,
    "overrides" TEXT NOT NULL,
    "tools" TEXT NOT NULL,
    "addedBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ToolCall" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT NOT NULL,
    "connectorId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "call" TEXT NOT NULL,
    "end" TEXT,
    "auditSeq" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "CallPayload" (
    "callId" TEXT NOT NULL PRIMARY KEY,
    "at" DATETIME NOT NULL,
    "arguments" TEXT NOT NULL,
    "result" TEXT
);

-- CreateTable
CREATE TABLE "Approval" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT NOT NULL,
    "runTitle" TEXT NOT NULL,
    "callId" TEXT NOT NULL,
    "connectorId" TEXT NOT NULL,
    "toolName" TEXT NOT NULL,
    "arguments" TEXT NOT NULL,
    "argumentsSha256" TEXT NOT NULL,
    "safety" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "principal" TEXT NOT NULL,
    "plugin" TEXT,
    "status" TEXT NOT NULL,
    "choice" TEXT,
    "requestedAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "decidedAt" DATETIME,
    "decidedBy" TEXT,
    "reason" TEXT
);

-- CreateTable
CREATE TABLE "Lock" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME,
    "endedAt" DATETIME
);

-- CreateTable
CREATE TABLE "Webhook" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "allowPrivateHost" BOOLEAN NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "webhookId" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "at" DATETIME NOT NULL,
    "nextAttemptAt" DATETIME,
    "httpStatus" INTEGER,
    "error" TEXT,
    CONSTRAINT "WebhookDelivery_webhookId_fkey" FOREIGN KEY ("webhookId") REFERENCES "Webhook" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "Plugin_removedAt_id_idx" ON "Plugin"("removedAt", "id");

-- CreateIndex
CREATE INDEX "PluginSnapshot_pluginId_idx" ON "PluginSnapshot"("pluginId");

-- CreateIndex
CREATE INDEX "Connector_createdAt_id_idx" ON "Connector"("createdAt", "id");

-- CreateIndex
CREATE INDEX "ToolCall_runId_at_id_idx" ON "ToolCall"("runId", "at", "id");

-- CreateIndex
CREATE INDEX "ToolCall_connectorId_at_idx" ON "ToolCall"("connectorId", "at");

-- CreateIndex
CREATE INDEX "ToolCall_status_idx" ON "ToolCall"("status");

-- CreateIndex
CREATE INDEX "CallPayload_at_idx" ON "CallPayload"("at");

-- CreateIndex
CREATE UNIQUE INDEX "Approval_callId_key" ON "Approval"("callId");

-- CreateIndex
CREATE INDEX "Approval_status_requestedAt_id_idx" ON "Approval"("status", "requestedAt", "id");

-- CreateIndex
CREATE INDEX "Approval_runId_requestedAt_id_idx" ON "Approval"("runId", "requestedAt", "id");

-- CreateIndex
CREATE INDEX "Approval_requestedAt_id_idx" ON "Approval"("requestedAt", "id");

-- CreateIndex
CREATE INDEX "Lock_endedAt_createdAt_id_idx" ON "Lock"("endedAt", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Webhook_createdAt_id_idx" ON "Webhook"("createdAt", "id");

-- CreateIndex
CREATE INDEX "WebhookDelivery_status_nextAttemptAt_idx" ON "WebhookDelivery"("status", "nextAttemptAt");

-- CreateIndex
CREATE INDEX "WebhookDelivery_webhookId_at_idx" ON "WebhookDelivery"("webhookId", "at");
