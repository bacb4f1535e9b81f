# riposte_aws_models(): packs the models of the AWS services into the module aws (tools/aws_models/bundle.py).
# They come from the pinned botocore in build/venv; RIPOSTE_BOTOCORE names another data folder.
set(RIPOSTE_BOTOCORE "" CACHE PATH "A data folder of botocore's; empty: that of build/venv")

function(riposte_aws_models)
  set(data ${RIPOSTE_BOTOCORE})
  set(output ${CMAKE_BINARY_DIR}/generated/aws_bundle.cc)
  if(NOT data)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                 ${CMAKE_SOURCE_DIR}/tools/aws_models/requirements.txt)
    execute_process(COMMAND ${CMAKE_SOURCE_DIR}/tools/venv COMMAND_ERROR_IS_FATAL ANY)
    file(GLOB data ${CMAKE_SOURCE_DIR}/build/venv/lib/python3*/site-packages/botocore/data)
    set(output ${CMAKE_SOURCE_DIR}/build/aws_models/aws_bundle.cc)  # packing takes a while: one for all presets
  endif()
  set(tool ${CMAKE_SOURCE_DIR}/tools/aws_models)
  add_custom_command(
    OUTPUT ${output}
    COMMAND python3 ${tool}/bundle.py ${data} ${tool}/services.txt ${output}
    DEPENDS ${tool}/bundle.py ${tool}/services.txt ${tool}/requirements.txt
    COMMENT "Packing the AWS models")
  set_source_files_properties(${output} PROPERTIES COMPILE_OPTIONS -O0)  # nothing but bytes
  target_sources(riposte_aws PRIVATE ${output})
endfunction()
