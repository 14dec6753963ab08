# The customers of customers.json by Terraform's provider for any REST API, with as few objects as it allows: an organization, its API keys turned on,
# a role, a key and the key's role.
terraform {
  required_providers {
    restapi = {
      source = "mastercard/restapi"
    }
  }
}

variable "api_url" {
  type = string
}

variable "backend_api_key" {
  type      = string
  sensitive = true
}

provider "restapi" {
  uri                  = var.api_url
  headers              = { Authorization = "Bearer ${var.backend_api_key}" }
  update_method        = "PATCH"
  write_returns_object = true
}

locals {
  customers = jsondecode(file("${path.module}/customers.json"))

  roles = merge([for customer, entry in local.customers : {
    for name, role in entry.roles : "${customer}/${name}" => { customer = customer, name = name, actions = role.actions }
  }]...)

  keys = merge([for customer, entry in local.customers : {
    for name, key in entry.apiKeys : "${customer}/${name}" => { customer = customer, name = name, roles = key.roles }
  }]...)

  keyRoles = merge([for name, key in local.keys : {
    for role in key.roles : "${name}/${role}" => { key = name, role = "${key.customer}/${role}" }
  }]...)
}

resource "restapi_object" "organization" {
  for_each     = local.customers
  path         = "/v1/organizations"
  id_attribute = "organization/id"
  data         = jsonencode({ displayName = each.value.displayName })
}

# A create ignores apiKeysEnabled, and the provider creates by one request.
resource "restapi_object" "api_keys_enabled" {
  for_each      = local.customers
  path          = "/v1/organizations"
  object_id     = restapi_object.organization[each.key].id
  create_method = "PATCH"
  create_path   = "/v1/organizations/{id}"
  data          = jsonencode({ apiKeysEnabled = true })
  # There is nothing to delete.
  destroy_method = "PATCH"
  destroy_data   = jsonencode({ apiKeysEnabled = false })
}

resource "restapi_object" "role" {
  for_each     = local.roles
  path         = "/v1/roles"
  id_attribute = "role/id"
  data = jsonencode({
    organizationId = restapi_object.organization[each.value.customer].id
    displayName    = each.value.name
    actions        = each.value.actions
  })
}

resource "restapi_object" "key" {
  for_each     = local.keys
  path         = "/v1/api-keys"
  id_attribute = "apiKey/id"
  data = jsonencode({
    apiKey = {
      organizationId = restapi_object.api_keys_enabled[each.value.customer].id
      displayName    = each.value.name
    }
  })
  # A key has to be revoked before it can be deleted, and the provider destroys by one request: the revoked key stays as long as its organization.
  destroy_method = "POST"
  destroy_path   = "/v1/api-keys/{id}/revoke"
}

resource "restapi_object" "key_role" {
  for_each     = local.keyRoles
  path         = "/v1/api-key-role-assignments"
  id_attribute = "apiKeyRoleAssignment/id"
  # Tesseral reads no single one. This list is there even when the role is no longer in it.
  read_path = "/v1/api-key-role-assignments?apiKeyId=${restapi_object.key[each.value.key].id}"
  data = jsonencode({
    apiKeyRoleAssignment = {
      apiKeyId = restapi_object.key[each.value.key].id
      roleId   = restapi_object.role[each.value.role].id
    }
  })
}

output "customers" {
  sensitive = true
  value = { for customer, entry in local.customers : customer => {
    organizationId = restapi_object.organization[customer].id
    apiKeyIds      = { for name, _ in entry.apiKeys : name => restapi_object.key["${customer}/${name}"].id }
    secretTokens = {
      for name, _ in entry.apiKeys : name => jsondecode(restapi_object.key["${customer}/${name}"].create_response).apiKey.secretToken
    }
  } }
}
