# riposte_module(NAME [USES module...] [PRIVATE library...] [SUPPORT source...])
#
# One folder of src is one static library, riposte_<name>, with its tests beside its sources: every
# x_test.cc becomes part of <name>_test, every x_fuzz.cc a libFuzzer target of its own, or, where
# libFuzzer is not built, a test that replays tests/corpus/x_fuzz. SUPPORT names sources of
# tests/support that its tests need.
function(riposte_module name)
  cmake_parse_arguments(ARG "" "" "USES;PRIVATE;SUPPORT" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cc)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")

  set(target riposte_${name})
  add_library(${target} STATIC ${sources})
  foreach(module ${ARG_USES})
    target_link_libraries(${target} PUBLIC riposte_${module})
  endforeach()
  target_link_libraries(${target} PRIVATE ${ARG_PRIVATE})

  if(tests)
    list(TRANSFORM ARG_SUPPORT PREPEND ${CMAKE_SOURCE_DIR}/tests/support/)
    add_executable(${name}_test ${tests} ${ARG_SUPPORT})
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${name}_test PRIVATE ${target} ${ARG_PRIVATE} GTest::gmock GTest::gtest_main)
    # Not linted: a test reads better with a copy too many, and two cores have enough to do.
    set_target_properties(${name}_test PROPERTIES CXX_CLANG_TIDY "")
    add_test(NAME unit.${name} COMMAND ${name}_test --gtest_brief=1
             WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()

  foreach(source ${fuzzers})
    get_filename_component(fuzzer ${source} NAME_WE)
    if(RIPOSTE_FUZZ)
      add_executable(${fuzzer} ${source})
      target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
      target_link_libraries(${fuzzer} PRIVATE ${target})
    else()
      add_executable(${fuzzer}_replay ${source} ${CMAKE_SOURCE_DIR}/tests/support/replay_main.cc)
      target_link_libraries(${fuzzer}_replay PRIVATE ${target})
      add_test(NAME corpus.${fuzzer} COMMAND ${fuzzer}_replay ${CMAKE_SOURCE_DIR}/tests/corpus/${fuzzer})
    endif()
  endforeach()
endfunction()

# riposte_embed(MODULE FOLDER): compiles every file below FOLDER into MODULE as
# riposte::<module>::embedded_<folder>(), so that the binary needs nothing beside it.
function(riposte_embed module folder)
  get_filename_component(name ${folder} NAME)
  set(output ${CMAKE_BINARY_DIR}/generated/embedded_${name}.cc)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DNAME=${name} -DMODULE=${module} -DOUTPUT=${output}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    COMMENT "Embedding ${name}/")
  target_sources(riposte_${module} PRIVATE ${output})
endfunction()
