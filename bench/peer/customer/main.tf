# A customer, with as few objects as the provider allows: an organization, its API keys turned on, and for each role, key and role of a key one more.
terraform {
  required_providers {
    restapi = {
      source = "mastercard/restapi"
    }
  }
}

variable "display_name" {
  type = string
}

variable "roles" {
  type = map(object({ actions = list(string) }))
}

variable "api_keys" {
  type = map(object({ roles = list(string) }))
}

locals {
  key_roles = merge([for name, key in var.api_keys : {
    for role in key.roles : "${name}/${role}" => { key = name, role = role }
  }]...)
}

resource "restapi_object" "organization" {
  path         = "/v1/organizations"
  id_attribute = "organization/id"
  data         = jsonencode({ displayName = var.display_name })
}

# A create ignores apiKeysEnabled, and the provider creates by one request.
resource "restapi_object" "api_keys_enabled" {
  path          = "/v1/organizations"
  object_id     = restapi_object.organization.id
  create_method = "PATCH"
  create_path   = "/v1/organizations/{id}"
  data          = jsonencode({ apiKeysEnabled = true })
  # There is nothing to delete.
  destroy_method = "PATCH"
  destroy_data   = jsonencode({ apiKeysEnabled = false })
}

resource "restapi_object" "role" {
  for_each     = var.roles
  path         = "/v1/roles"
  id_attribute = "role/id"
  data = jsonencode({
    organizationId = restapi_object.organization.id
    displayName    = each.key
    actions        = each.value.actions
  })
}

resource "restapi_object" "key" {
  for_each     = var.api_keys
  path         = "/v1/api-keys"
  id_attribute = "apiKey/id"
  data = jsonencode({
    apiKey = { organizationId = restapi_object.api_keys_enabled.id, displayName = each.key }
  })
  # A key has to be revoked before it can be deleted, and the provider destroys by one request: the revoked key stays as long as its organization.
  destroy_method = "POST"
  destroy_path   = "/v1/api-keys/{id}/revoke"
}

resource "restapi_object" "key_role" {
  for_each     = local.key_roles
  path         = "/v1/api-key-role-assignments"
  id_attribute = "apiKeyRoleAssignment/id"
  # Tesseral has no single one to read. This list is there even when the role is no longer in it.
  read_path = "/v1/api-key-role-assignments?apiKeyId=${restapi_object.key[each.value.key].id}"
  data = jsonencode({
    apiKeyRoleAssignment = {
      apiKeyId = restapi_object.key[each.value.key].id
      roleId   = restapi_object.role[each.value.role].id
    }
  })
}

output "organization_id" {
  value = restapi_object.organization.id
}

output "api_key_ids" {
  value = { for name, key in restapi_object.key : name => key.id }
}

output "secret_tokens" {
  sensitive = true
  value     = { for name, key in restapi_object.key : name => jsondecode(key.create_response).apiKey.secretToken }
}
