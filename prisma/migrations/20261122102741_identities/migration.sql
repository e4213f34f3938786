-- CreateTable
CREATE TABLE "Identity" (
    "platform" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "aliases" TEXT NOT NULL,
    "firstSeenAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME NOT NULL,

    PRIMARY KEY ("platform", "userId")
);

-- CreateTable
CREATE TABLE "PrivilegeMask" (
    "platform" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "guildId" TEXT NOT NULL,
    "channelId" TEXT NOT NULL,
    "mask" TEXT NOT NULL,
    "given" TEXT NOT NULL,

    PRIMARY KEY ("platform", "userId", "guildId", "channelId")
);

-- Added in place: what the engine writes would copy every call.
ALTER TABLE "ToolCall" ADD COLUMN "principal" TEXT NOT NULL DEFAULT '';
UPDATE "ToolCall" SET "principal" = ("call" ->> '$.principal.platform') || char(10) || ("call" ->> '$.principal.userId')
WHERE "call" ->> '$.principal.userId' IS NOT NULL;
CREATE INDEX "ToolCall_principal_at_id_idx" ON "ToolCall"("principal", "at", "id");

-- Whom the runs until now were for.
INSERT INTO "Identity" ("platform", "userId", "aliases", "firstSeenAt", "lastSeenAt")
SELECT COALESCE("principal" ->> '$.platform', 'console'), "principalUserId", '[]', MIN("startedAt"), MAX("startedAt")
FROM "Run" GROUP BY 1, 2;

-- CreateIndex
CREATE INDEX "Identity_lastSeenAt_platform_userId_idx" ON "Identity"("lastSeenAt", "platform", "userId");
