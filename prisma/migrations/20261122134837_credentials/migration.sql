-- CreateTable
CREATE TABLE "CredentialSession" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT,
    "provider" TEXT NOT NULL,
    "principalId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "allow" TEXT NOT NULL,
    "resources" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "ttlSeconds" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "endReason" TEXT,
    "budgetLimitUsd" REAL,
    "spentUsd" REAL NOT NULL DEFAULT 0,
    "requestedBy" TEXT NOT NULL,
    "requestedById" TEXT,
    "reason" TEXT,
    "command" TEXT,
    "agentId" TEXT,
    "tags" TEXT NOT NULL,
    "accessKeyId" TEXT,
    "issued" INTEGER NOT NULL DEFAULT 0,
    "lastIssuedAt" DATETIME,
    "issuedUntil" DATETIME,
    "scopingEnforced" BOOLEAN NOT NULL,
    "azureTenantId" TEXT,
    "azureClientId" TEXT,
    "hardRevokedAt" DATETIME,
    "denyLiftedAt" DATETIME
);

-- CreateTable
CREATE TABLE "CredentialProfile" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "provider" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "allow" TEXT NOT NULL,
    "resources" TEXT NOT NULL,
    "savedBy" TEXT NOT NULL,
    "savedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "LeakAlert" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "pattern" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "firstAt" DATETIME NOT NULL,
    "lastAt" DATETIME NOT NULL,
    "acknowledgedAt" DATETIME,
    "acknowledgedBy" TEXT
);

-- CreateIndex
CREATE INDEX "CredentialSession_status_createdAt_id_idx" ON "CredentialSession"("status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "CredentialSession_createdAt_id_idx" ON "CredentialSession"("createdAt", "id");

-- CreateIndex
CREATE INDEX "CredentialSession_runId_createdAt_id_idx" ON "CredentialSession"("runId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "CredentialSession_provider_principalId_createdAt_idx" ON "CredentialSession"("provider", "principalId", "createdAt");

-- CreateIndex
CREATE INDEX "CredentialSession_endedAt_idx" ON "CredentialSession"("endedAt");

-- CreateIndex
CREATE INDEX "LeakAlert_acknowledgedAt_firstAt_id_idx" ON "LeakAlert"("acknowledgedAt", "firstAt", "id");

-- CreateIndex
CREATE INDEX "LeakAlert_firstAt_id_idx" ON "LeakAlert"("firstAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "LeakAlert_runId_source_pattern_key" ON "LeakAlert"("runId", "source", "pattern");
