-- CreateTable
CREATE TABLE "RelayInstance" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "gatewayId" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "platform" TEXT,
    "botId" TEXT,
    "routeKeys" TEXT NOT NULL,
    "wakeUrl" TEXT,
    "secrets" TEXT,
    "previousUntil" DATETIME,
    "idle" BOOLEAN NOT NULL DEFAULT false,
    "dropped" INTEGER NOT NULL DEFAULT 0,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME,
    "rotatedAt" DATETIME,
    "revokedAt" DATETIME,
    "revokeReason" TEXT
);

-- CreateTable
CREATE TABLE "RelayEnrolment" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "tenant" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "usedAt" DATETIME,
    "usedBy" TEXT
);

-- CreateTable
CREATE TABLE "RelayBinding" (
    "tenant" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "userName" TEXT,
    "instanceId" TEXT NOT NULL,
    "boundAt" DATETIME NOT NULL,

    PRIMARY KEY ("tenant", "platform", "userId")
);

-- CreateTable
CREATE TABLE "RelayLinkCode" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "instanceId" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "usedAt" DATETIME
);

-- CreateTable
CREATE TABLE "RelayChat" (
    "instanceId" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "chatId" TEXT NOT NULL,
    "scopeId" TEXT,
    "cutAt" DATETIME,

    PRIMARY KEY ("instanceId", "platform", "chatId")
);

-- CreateTable
CREATE TABLE "RelayBuffered" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "instanceId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "at" DATETIME NOT NULL,
    "bytes" INTEGER NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'inbound',
    "event" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "RelayDenial" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "instanceId" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "platform" TEXT NOT NULL,
    "op" TEXT NOT NULL,
    "chatId" TEXT,
    "reason" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "RelayMessage" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "instanceId" TEXT NOT NULL,
    "chatId" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "editedAt" DATETIME,
    "author" TEXT NOT NULL,
    "authorName" TEXT,
    "text" TEXT NOT NULL,
    "threadId" TEXT,
    "media" TEXT,
    "prompt" TEXT
);

-- CreateTable
CREATE TABLE "RelayThread" (
    "id" TEXT NOT NULL,
    "instanceId" TEXT NOT NULL,
    "chatId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("instanceId", "id")
);

-- CreateTable
CREATE TABLE "RelayMedia" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "instanceId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "mime" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "RelayPlatform" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "tenant" TEXT NOT NULL,
    "settings" TEXT NOT NULL,
    "secrets" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "RelayUpstream" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "url" TEXT NOT NULL,
    "gatewayId" TEXT NOT NULL,
    "secret" TEXT,
    "identities" TEXT NOT NULL,
    "handler" TEXT NOT NULL,
    "disabledAt" DATETIME,
    "disabledReason" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "RelayInbox" (
    "upstreamId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "sessionKey" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "at" DATETIME NOT NULL,
    "event" TEXT NOT NULL,
    "takenAt" DATETIME,

    PRIMARY KEY ("upstreamId", "key")
);

-- CreateIndex
CREATE UNIQUE INDEX "RelayInstance_gatewayId_key" ON "RelayInstance"("gatewayId");

-- CreateIndex
CREATE INDEX "RelayInstance_createdAt_id_idx" ON "RelayInstance"("createdAt", "id");

-- CreateIndex
CREATE INDEX "RelayBinding_instanceId_boundAt_idx" ON "RelayBinding"("instanceId", "boundAt");

-- CreateIndex
CREATE INDEX "RelayLinkCode_instanceId_idx" ON "RelayLinkCode"("instanceId");

-- CreateIndex
CREATE INDEX "RelayChat_platform_chatId_idx" ON "RelayChat"("platform", "chatId");

-- CreateIndex
CREATE INDEX "RelayBuffered_instanceId_position_idx" ON "RelayBuffered"("instanceId", "position");

-- CreateIndex
CREATE INDEX "RelayBuffered_at_idx" ON "RelayBuffered"("at");

-- CreateIndex
CREATE INDEX "RelayDenial_instanceId_seq_idx" ON "RelayDenial"("instanceId", "seq");

-- CreateIndex
CREATE INDEX "RelayMessage_instanceId_at_id_idx" ON "RelayMessage"("instanceId", "at", "id");

-- CreateIndex
CREATE INDEX "RelayThread_instanceId_chatId_idx" ON "RelayThread"("instanceId", "chatId");

-- CreateIndex
CREATE INDEX "RelayMedia_expiresAt_idx" ON "RelayMedia"("expiresAt");

-- CreateIndex
CREATE INDEX "RelayInbox_upstreamId_sessionKey_position_idx" ON "RelayInbox"("upstreamId", "sessionKey", "position");

-- CreateIndex
CREATE INDEX "RelayInbox_at_idx" ON "RelayInbox"("at");
